"""通报: the figures of a bureau and a day, the registers, the day's text, and editions frozen for good.

Everybody reads through `queries`: `day_figures`, `entries_of` (the rows behind any figure: they add up to it),
`register` (储备明细表 stock_statement, 入库台账 receipts_register, 出库台账 issues_register, 发放登记表 issue_register), `briefing_text`,
`briefing_file` (Word, Excel, JSON, text), `editions`. `actions.freeze_edition` keeps a day as it went out. Nothing
below is changed.
"""
