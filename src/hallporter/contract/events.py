"""Every event, named as in webhooks.

The names are those of Clerk's webhook document of 2025-04-15. Some belong to features that do not
exist yet: organizations, roles, payments.
"""

from enum import StrEnum


class Event(StrEnum):
    """An event; `carries` is the wire name of its object."""

    carries: str

    def __new__(cls, name: str, carries: str) -> "Event":
        """Make the event `name`."""
        event = str.__new__(cls, name)
        event._value_ = name
        event.carries = carries
        return event

    USER_CREATED = "user.created", "user"
    USER_UPDATED = "user.updated", "user"
    USER_DELETED = "user.deleted", "deleted_object"
    SESSION_CREATED = "session.created", "session"
    SESSION_PENDING = "session.pending", "session"
    SESSION_ENDED = "session.ended", "session"
    SESSION_REMOVED = "session.removed", "session"
    SESSION_REVOKED = "session.revoked", "session"
    EMAIL_CREATED = "email.created", "email"
    SMS_CREATED = "sms.created", "sms_message"
    ORGANIZATION_CREATED = "organization.created", "organization"
    ORGANIZATION_UPDATED = "organization.updated", "organization"
    ORGANIZATION_DELETED = "organization.deleted", "deleted_object"
    ORGANIZATION_DOMAIN_CREATED = "organizationDomain.created", "organization_domain"
    ORGANIZATION_DOMAIN_UPDATED = "organizationDomain.updated", "organization_domain"
    ORGANIZATION_DOMAIN_DELETED = "organizationDomain.deleted", "deleted_object"
    ORGANIZATION_INVITATION_CREATED = "organizationInvitation.created", "organization_invitation"
    ORGANIZATION_INVITATION_ACCEPTED = "organizationInvitation.accepted", "organization_invitation"
    ORGANIZATION_INVITATION_REVOKED = "organizationInvitation.revoked", "organization_invitation"
    ORGANIZATION_MEMBERSHIP_CREATED = "organizationMembership.created", "organization_membership"
    ORGANIZATION_MEMBERSHIP_UPDATED = "organizationMembership.updated", "organization_membership"
    # Told whole, as it was: of all that is deleted, it alone.
    ORGANIZATION_MEMBERSHIP_DELETED = "organizationMembership.deleted", "organization_membership"
    ROLE_CREATED = "role.created", "role"
    ROLE_UPDATED = "role.updated", "role"
    ROLE_DELETED = "role.deleted", "deleted_object"
    PERMISSION_CREATED = "permission.created", "permission"
    PERMISSION_UPDATED = "permission.updated", "permission"
    PERMISSION_DELETED = "permission.deleted", "deleted_object"
    WAITLIST_ENTRY_CREATED = "waitlistEntry.created", "waitlist_entry"
    WAITLIST_ENTRY_UPDATED = "waitlistEntry.updated", "waitlist_entry"
    PAYMENT_ATTEMPT_CREATED = "paymentAttempt.created", "commerce_payment_attempt"
    PAYMENT_ATTEMPT_UPDATED = "paymentAttempt.updated", "commerce_payment_attempt"
    SUBSCRIPTION_CREATED = "subscription.created", "commerce_subscription"
    SUBSCRIPTION_UPDATED = "subscription.updated", "commerce_subscription"
    SUBSCRIPTION_ACTIVE = "subscription.active", "commerce_subscription"
    SUBSCRIPTION_PAST_DUE = "subscription.pastDue", "commerce_subscription"
    SUBSCRIPTION_ITEM_ABANDONED = "subscriptionItem.abandoned", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_ACTIVE = "subscriptionItem.active", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_CANCELED = "subscriptionItem.canceled", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_ENDED = "subscriptionItem.ended", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_FREE_TRIAL_ENDING = (
        "subscriptionItem.freeTrialEnding",
        "commerce_subscription_item",
    )
    SUBSCRIPTION_ITEM_INCOMPLETE = "subscriptionItem.incomplete", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_PAST_DUE = "subscriptionItem.pastDue", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_UPCOMING = "subscriptionItem.upcoming", "commerce_subscription_item"
    SUBSCRIPTION_ITEM_UPDATED = "subscriptionItem.updated", "commerce_subscription_item"
