"""JWT templates: tokens for other services, with claims of the customer's choice."""
