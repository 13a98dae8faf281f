"""Who is acting and what the appointment allows: User, API token, the frozen Actor, access.toml and its guard."""
