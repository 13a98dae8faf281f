"""What a test can ask for.

Database
- ``@pytest.mark.django_db`` or the fixture ``db``: the migrated database in a transaction that is rolled back.
- ``fresh_database``: a database of the test's own, copied from the migrated template. Commits are real; threads, a
live server
  and a child process may connect (``fresh_database.url``). Never a flush. Not together with ``db``.
- ``run_together``: call functions at the same moment in threads with connections of their own.
- ``@pytest.mark.engine("postgresql")``: only on that engine; elsewhere the test is left out, not skipped.

The engine is chosen once per run: ``--engine sqlite`` (the default) or ``--engine postgresql``. A PostgreSQL run
leaves out the tests that use no database.

Application and browser
- ``live_app``: the application on ``fresh_database`` behind a real socket: ``live_app.url``.
- ``new_page``: a factory of Playwright pages; what the page may not do (console errors, requests to other hosts)
fails the test.

Data
- ``data_folder(name)``: a folder of the data sets that may not be shipped, from LIANGCAO_DATA.

What is missing on the machine (Chromium, PostgreSQL, a data set) is a skip with one line for a person and a failure
when CI=true.
"""
