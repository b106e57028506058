-- Wallets: addresses on Ethereum and Solana, which their owners prove by a signature.

alter table identifications drop constraint identifications_type_check;
alter table identifications add constraint identifications_type_check
    check (type in ('email_address', 'phone_number', 'username', 'web3_wallet'));
-- Which of a user's wallets is the primary one; of addresses and numbers the user's own row says it.
alter table identifications add column is_primary boolean not null default false;

-- Signing up by wallet.
alter table sign_ups
    add column web3_wallet text,
    add column web3_wallet_verification_id text;

alter table listed_identifiers drop constraint listed_identifiers_type_check;
alter table listed_identifiers add constraint listed_identifiers_type_check
    check (type in ('email_address', 'phone_number', 'web3_wallet'));
