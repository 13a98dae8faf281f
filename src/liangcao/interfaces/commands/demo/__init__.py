"""The demo: fills a database with five bureaus of February and March 2020, or with 165 hospitals, by actions only."""
