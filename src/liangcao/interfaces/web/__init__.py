"""The pages: desk for officials, portal for outside units. One call to an action or query a view."""
