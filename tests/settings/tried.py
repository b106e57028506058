"""The tests that change a setting which browsers are told of, and look at what comes of it."""

OFFERED = "test_what_is_off_is_neither_offered_nor_taken"

TESTS: dict[str, tuple[str, ...]] = {
    "attributes.*.channels": (
        "test_channel_that_the_instance_has_not_is_refused_at_every_endpoint",
    ),
    "attributes.*.enabled": ("test_attribute_that_is_off_is_unknown", OFFERED),
    "attributes.*.first_factors": ("test_settings_say_which_proofs_there_are", OFFERED),
    "attributes.*.immutable": (
        "test_identifiers_are_neither_added_nor_removed",
        "test_names_stay_and_may_be_sent_along",
    ),
    "attributes.*.required": ("test_attribute_that_is_off_is_unknown", OFFERED),
    "attributes.*.second_factors": (
        "test_what_the_instance_does_not_have_is_not_set_up",
        "test_number_is_no_second_factor_where_the_instance_has_none",
    ),
    "attributes.*.used_for_first_factor": (
        "test_environment_follows_what_identifies",
        "test_nobody_is_known_by_what_is_off",
    ),
    "attributes.*.used_for_second_factor": (
        "test_what_the_instance_does_not_have_is_not_set_up",
        "test_number_is_no_second_factor_where_the_instance_has_none",
    ),
    "attributes.*.verifications": ("test_settings_say_which_proofs_there_are", OFFERED),
    "attributes.*.verify_at_sign_up": (
        "test_sign_up_waits_for_a_proof_where_it_is_asked",
        "test_address_that_need_not_be_proved_is_its_users_all_the_same",
    ),
    "delete_self": ("test_instance_and_server_may_forbid_it",),
    "display.application_name": ("test_switch_follows_its_setting",),
    "display.home_url": ("test_redirect_leads_to_pages_of_the_instance_and_home_without_one",),
    "display.preferred_sign_in_strategy": (
        "test_preferred_strategy_is_a_code_where_there_are_no_passwords",
    ),
    "display.*": ("test_what_is_displayed_follows_its_setting",),
    "email_link.require_same_client": (
        "test_proof_from_elsewhere_signs_in_where_it_was_asked_for",
    ),
    "enumeration_protection": ("test_case_21_sign_in_by_address_tells_nothing",),
    "lockout.*": ("test_case_13_account_locks_at_the_limit_and_opens_after_its_time",),
    "maintenance_mode": ("test_under_maintenance_sessions_go_on_and_nothing_else_changes",),
    "native_api": ("test_native_apps_are_served_unless_the_setting_says_otherwise",),
    "passkey.*": ("test_what_a_passkey_is_worth_is_a_setting",),
    "password.allowed_special_characters": (
        "test_special_characters_are_those_that_the_instance_names",
    ),
    "password.min_zxcvbn_strength": ("test_weak_password_is_told_what_to_do",),
    "password.refuse_breached": ("test_breached_password_is_refused_and_not_told",),
    "password.refuse_breached_at_sign_in": (
        "test_breached_password_signs_nobody_in_where_it_must_not",
    ),
    "password.show_zxcvbn": ("test_switch_follows_its_setting",),
    "password.*": ("test_every_broken_rule_is_told",),
    "preferred_channels": ("test_a_country_has_its_channel",),
    "require_multi_factor": ("test_instance_that_requires_a_second_factor",),
    "restrictions.allowlist": ("test_only_who_is_allowed_signs_up",),
    "restrictions.block_disposable_email_domains": ("test_disposable_addresses_may_be_kept_out",),
    "restrictions.block_email_subaddresses": ("test_subaddresses_may_be_kept_out",),
    "restrictions.blocklist": ("test_who_is_blocked_does_not",),
    "reverification": ("test_an_instance_may_do_without",),
    "sign_up.legal_consent_enabled": ("test_terms_have_to_be_accepted",),
    "sign_up.mode": ("test_restricted_instance_takes_nobody",),
    "single_session_mode": ("test_single_session_mode_takes_one_user_at_a_time",),
    "social.*": ("test_one_tap_follows_the_provider",),
    "test_mode": ("test_case_43_test_code_opens_nothing_without_test_mode",),
    "trusted_device.sign_in": ("test_device_signs_in_again_without_a_name",),
    "trusted_device.*": ("test_environment_tells_apps_what_to_offer",),
    "username.allow_extended_special_characters": (
        "test_usernames_may_hold_more_characters_where_allowed",
    ),
    "username.*": ("test_usernames_are_as_long_as_the_instance_wants",),
}


def tests_of(setting: str) -> tuple[str, ...]:
    """Return the tests of a setting, or of its group."""
    return TESTS.get(setting) or TESTS.get(f"{setting.partition('.')[0]}.*", ())
