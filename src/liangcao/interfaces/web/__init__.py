"""The pages: desk for officials, portal for outside units. A view parses, calls one action or one query, and renders.

What a page builds on, and where it stands:

- `pages.desk_page(object, action)` and `pages.portal_page(object, action)` wrap a view: log-in, grant by access.toml,
  current bureau. A view then has `request.actor`, `request.bureau`, `request.organisation` (portal) and `request.at`
  (what time it is for the bureau), and never reads the clock itself. `pages.can(request, action, object)` for buttons.
- `pages.render_page(request, template, title=…, **context)` renders; `pages.see_other(request, url, message)` answers
  a POST that was done.
- `acts.act_page(request, form, title=…, button=…, do=…, to=…)` is a page for one act: it shows the form, posts it,
  puts a refusal beside its field, opens in the dialog of a document page when htmx asks, redirects when done.
  `do(values)` calls the action with `client_id=values["client_id"]`; `to(result)` gives the address to go to.
- `forms.ActForm` carries the client-made id, so that a double click is harmless; set fields that need scope in
  `build()`; `self.lines = forms.line_forms(…)` there makes the rows of a document (`values["lines"]` in `do`);
  `forms.NamedChoice(queryset)` is a select that can be searched by pinyin; `forms.PieceField` reads 1,240 as people
  write it.
- `listing.Listing` is the one list: columns, filters, search, sort, keyset paging, export, empty state:
  `return listing.answer(request, LIST, rows, title=…)`. `rows` is a queryset or a sequence.
- `document.Document` is the one document page: head, next act, facts, tables (`cells.table(columns, rows)`), links,
  history: `return document.answer(request, Document(…))`. The print view is the same page by the style sheet.
- `templatetags/words.py` is loaded everywhere: filters `quantity`, `pieces:item`, `moment`, `day`, `named`, `said`,
  `yuan`, tags `{% chip status flow %}`, `{% bar value total %}`, `{% may action object as allowed %}`,
  `{% address_of name pk as url %}` ("" when there is no such page).
- Refusals: let them rise. On a GET they become a page with the sentence and the right status.

Templates extend `list.html`, `document.html`, `act.html`, `frame_desk.html`, `frame_portal.html` or `frame_plain.html`;
each says in its first line what it takes. Pieces in `templates/components/`.

Addresses are flat names, because flow tables and figures name them: a list is `<document>_list`, its document
`<document>`
with the primary key (`source_list`, `source`, `receipt`, `requisition`, `plan`, `delivery`, `move`, `lot`, `item`,
`organisation`), and `home`, `stock`, `trace`, `briefing`, `settings`; pages of the portal begin with `portal_`. State
changes are nouns: `POST /allocation/plans/7/publication/`.

Strings in templates and forms are Chinese msgids. No inline script or style (the pages keep a strict content security
policy): widths of bars are SVG attributes, behaviours are small modules in `static/web/js` bound by `data-` attributes.
"""
