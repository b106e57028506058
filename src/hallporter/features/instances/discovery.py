"""What a resource server is told that knows the issuer of session tokens and nothing else."""

import msgspec

from hallporter.contract.instance import Instance


class OpenIdConfiguration(msgspec.Struct, frozen=True):
    """OpenID provider metadata, as far as it is true: nobody can sign in to others through us yet.

    So there are no endpoints but that of the keys, and lists of what they would take are empty.
    """

    issuer: str
    jwks_uri: str
    id_token_signing_alg_values_supported: list[str]
    subject_types_supported: list[str]
    claims_supported: list[str]
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]
    backchannel_logout_supported: bool
    frontchannel_logout_supported: bool


def configuration(instance: Instance, base_url: str) -> OpenIdConfiguration:
    """Return the metadata of an instance, whose `issuer` is that of its tokens.

    The keys are at the address that was called: a local instance's issuer may lead nowhere.
    """
    return OpenIdConfiguration(
        issuer=instance.issuer,
        jwks_uri=f"{base_url}/.well-known/jwks.json",
        id_token_signing_alg_values_supported=["RS256"],
        subject_types_supported=["public"],
        claims_supported=["iss", "sub", "sid", "azp", "iat", "nbf", "exp"],
        scopes_supported=[],
        response_types_supported=[],
        response_modes_supported=[],
        grant_types_supported=[],
        token_endpoint_auth_methods_supported=[],
        code_challenge_methods_supported=[],
        backchannel_logout_supported=False,
        frontchannel_logout_supported=False,
    )
