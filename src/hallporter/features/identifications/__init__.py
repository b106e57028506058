"""What a user is recognised by: email addresses, phone numbers, usernames, wallets."""
