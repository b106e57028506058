"""What the seed page shows of a client, in its order."""

SEED_FIELDS = [
    "object",
    "id",
    "session_ids",
    "sign_in_attempt_id",
    "sign_up_attempt_id",
    "last_active_session_id",
    "created_at",
    "updated_at",
]
