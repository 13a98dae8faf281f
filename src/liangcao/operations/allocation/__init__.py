"""The fair plan: rule sets, plans, their lines, picks and reasons.

Nouns: RuleSet, RuleStep, Plan, PlanLine, PlanNeed, PlanPick, PlanStock; Replenishment, a shortage that became a task.
`solver` is a library of its own without Django. Called by the desk, the API and the demo loader, and by
dispatch, which turns a published plan into deliveries.
"""
