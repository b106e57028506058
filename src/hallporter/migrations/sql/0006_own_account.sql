-- What users do with their own accounts.

-- A new authenticator app counts only once a code of it was shown.
alter table credentials add column pending_totp_secret_encrypted text;
