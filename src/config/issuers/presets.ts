/** What a vendor's tokens say where, by its own page. `{issuer}`, `{audience}` and `{tenantid}` stand for what the entry says. */
export interface Preset {
  /** Where the vendor says so, and where its keys are. */
  readonly sources: readonly string[]
  readonly issuer?: string
  readonly audience?: string
  readonly audienceClaim?: string
  readonly algorithms: readonly string[]
  readonly jwksUrl: string
  readonly scopeClaims: readonly string[]
  readonly userClaim?: string
  readonly require?: Readonly<Record<string, string>>
}

/** No vendor gives scopes of its own where the list of claims is empty: the entry names the claim that the shop adds. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  // No `aud`; `azp` is the origin of the page that asked. Organizations are in `o`: { id, … } (version 2).
  clerk: {
    sources: [
      'https://clerk.com/docs/guides/sessions/session-tokens',
      'https://clerk.com/docs/guides/sessions/manual-jwt-verification',
    ],
    audienceClaim: 'azp',
    algorithms: ['RS256'],
    jwksUrl: '{issuer}/.well-known/jwks.json',
    scopeClaims: [],
  },
  // `scope` holds whatever an application asks for, while the API has no RBAC; `permissions` only what was given.
  auth0: {
    sources: [
      'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
      'https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis',
    ],
    algorithms: ['RS256'],
    jwksUrl: '{issuer}/.well-known/jwks.json',
    scopeClaims: ['permissions'],
  },
  // Access tokens name the app client in `client_id`, ID tokens in `aud`; custom scopes begin with the resource server.
  cognito: {
    sources: [
      'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
      'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html',
    ],
    audienceClaim: 'client_id',
    algorithms: ['RS256'],
    jwksUrl: '{issuer}/.well-known/jwks.json',
    scopeClaims: ['scope'],
    require: { token_use: 'access' },
  },
  // Tokens of version 2.0. `scp` is what was delegated, `roles` what was assigned; `sub` differs by application, `oid` does not.
  entra: {
    sources: [
      'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference',
      'https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens',
    ],
    issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
    algorithms: ['RS256'],
    jwksUrl: 'https://login.microsoftonline.com/{tenantid}/discovery/v2.0/keys',
    scopeClaims: ['scp', 'roles'],
    userClaim: 'oid',
  },
  // Of a custom authorization server. `sub` is the login, which may change hands; `uid` is the user.
  okta: {
    sources: [
      'https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/',
      'https://developer.okta.com/docs/guides/validate-access-tokens/',
    ],
    algorithms: ['RS256'],
    jwksUrl: '{issuer}/v1/keys',
    scopeClaims: ['scp'],
    userClaim: 'uid',
  },
  // The project is the audience. All projects share their keys.
  firebase: {
    sources: ['https://firebase.google.com/docs/auth/admin/verify-id-tokens'],
    issuer: 'https://securetoken.google.com/{audience}',
    algorithms: ['RS256'],
    jwksUrl: 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    scopeClaims: [],
  },
  // `aud` is the same at all projects. `user_metadata` is the user's to write, `app_metadata` is not.
  supabase: {
    sources: [
      'https://supabase.com/docs/guides/auth/jwt-fields',
      'https://supabase.com/docs/guides/auth/signing-keys',
    ],
    audience: 'authenticated',
    algorithms: ['ES256', 'RS256'],
    jwksUrl: '{issuer}/.well-known/jwks.json',
    scopeClaims: [],
    require: { role: 'authenticated' },
  },
  // No `aud`: the application is the last part of `iss`, and each has keys of its own.
  workos: {
    sources: [
      'https://workos.com/docs/reference/authkit/session-tokens',
      'https://github.com/workos/workos-node/pull/1694',
    ],
    issuer: 'https://api.workos.com/user_management/{audience}',
    audienceClaim: 'iss',
    algorithms: ['RS256'],
    jwksUrl: 'https://api.workos.com/sso/jwks/{audience}',
    scopeClaims: ['permissions'],
  },
  // `aud` needs a mapper for audiences. ID tokens are signed by the same keys: `typ` tells them apart.
  keycloak: {
    sources: [
      'https://www.keycloak.org/docs/latest/server_admin/#audience-support',
      'https://www.keycloak.org/securing-apps/oidc-layers',
    ],
    algorithms: ['RS256'],
    jwksUrl: '{issuer}/protocol/openid-connect/certs',
    scopeClaims: ['scope'],
    require: { typ: 'Bearer' },
  },
  // Of the JWT plugin, as it comes: `iss` and `aud` are the base URL.
  'better-auth': {
    sources: ['https://better-auth.com/docs/plugins/jwt'],
    audience: '{issuer}',
    algorithms: ['EdDSA'],
    jwksUrl: '{issuer}/api/auth/jwks',
    scopeClaims: [],
  },
}
