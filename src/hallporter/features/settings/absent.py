"""What Clerk's components ask about that does not exist here: it is told as switched off."""

from typing import Any

from hallporter.contract.instance import Instance


def environment(_: Instance) -> dict[str, Any]:
    """Return what is always the same."""
    return {
        "auth_config": {
            "enhanced_email_deliverability": False,
            "cookieless_dev": True,
            "url_based_session_syncing": True,
            "claimed_at": None,
        },
        "display_config": _display_config(),
        "user_settings": {
            "saml": {"enabled": False},
            "enterprise_sso": {"enabled": False, "self_serve_sso": False},
        },
        "organization_settings": {
            "enabled": False,
            "max_allowed_memberships": 0,
            "actions": {"admin_delete": False},
            "domains": {"enabled": False, "enrollment_modes": [], "default_role": "org:member"},
            "slug": {"disabled": True},
            "creator_role": "org:admin",
        },
        "fraud_settings": {
            "object": "fraud_settings",
            "native": {"device_attestation_mode": "disabled"},
        },
        "commerce_settings": {
            "billing": {
                "stripe_publishable_key": None,
                "free_trial_requires_payment_method": False,
                "user": {"enabled": False, "has_paid_plans": False},
                "organization": {"enabled": False, "has_paid_plans": False},
            }
        },
        "api_keys_settings": {
            "enabled": False,
            "user_api_keys_enabled": False,
            "orgs_api_keys_enabled": False,
        },
        "client_debug_mode": False,
        "partitioned_cookies": False,
    }


def _display_config() -> dict[str, Any]:
    return {
        "theme": {},
        "oauth_consent_url": "",
        "organization_profile_url": "",
        "create_organization_url": "",
        "after_leave_organization_url": "",
        "after_create_organization_url": "",
        "experimental_force_oauth_first": False,
        "clerk_js_version": None,
        # Without keys there is none; but its kind is no null in the documents.
        "captcha_public_key": None,
        "captcha_widget_type": "smart",
        "captcha_public_key_invisible": None,
        "captcha_provider": "turnstile",
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": False,
    }
