"""通行证: list, issue, paper, renewal, revocation, and the page that checks offline."""
