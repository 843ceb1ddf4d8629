import { ecKey, edKey, NOW_SECONDS, rsaKey, type SigningKey } from '../../support/tokens.ts'

/** Tokens as a vendor makes them, by the claims that it documents, and what they mean where its preset counts. */
export interface Vendor {
  readonly key: SigningKey
  /** What the table says besides the preset and the keys. */
  readonly table: Readonly<Record<string, unknown>>
  /** A token of a user, who is this one here. */
  readonly user: Readonly<Record<string, unknown>>
  readonly userId: string
  /** A token that may check, where the vendor has such. */
  readonly service?: Readonly<Record<string, unknown>>
  /** Claims that make another token of it, or one for somebody else. */
  readonly refused: Readonly<Record<string, object>>
}

const times = { iat: NOW_SECONDS, exp: NOW_SECONDS + 3600 }
const TENANT = '11111111-2222-4333-8444-555555555555'
const OTHER_TENANT = '11111111-2222-4333-8444-666666666666'

const clerk = {
  azp: 'https://app.example.com',
  iss: 'https://clerk.example.com',
  sub: 'user_2abc',
  sid: 'sess_2abc',
  v: 2,
  o: { id: 'org_2abc', rol: 'admin', slg: 'acme' },
  fva: [7, -1],
  nbf: NOW_SECONDS - 10,
  ...times,
}

const auth0 = {
  iss: 'https://tenant.eu.auth0.com/',
  sub: 'auth0|6553da60a54af58e29493993',
  aud: ['https://ledger.example.com', 'https://tenant.eu.auth0.com/userinfo'],
  azp: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
  scope: 'openid profile',
  org_id: 'org_9',
  permissions: [],
  ...times,
}

const cognito = {
  iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc',
  sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  client_id: '1example23456789',
  token_use: 'access',
  scope: 'openid email',
  username: 'jane',
  'cognito:groups': ['eu-central-1_abc_Google'],
  version: 2,
  ...times,
}

const entra = {
  aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  azp: '7c7b7f5e-1111-4222-8333-444455556666',
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  tid: TENANT,
  scp: 'User.Read',
  ver: '2.0',
  nbf: NOW_SECONDS,
  ...times,
}

const okta = {
  ver: 1,
  iss: 'https://acme.okta.com/oauth2/default',
  aud: 'api://default',
  cid: '0oa1abc',
  uid: '00u1abc',
  scp: ['openid', 'profile'],
  sub: 'jane+news@example.com',
  ...times,
}

const firebase = {
  iss: 'https://securetoken.google.com/my-project',
  aud: 'my-project',
  auth_time: NOW_SECONDS - 60,
  user_id: 'Ab3dEf',
  sub: 'Ab3dEf',
  firebase: { identities: {}, sign_in_provider: 'password' },
  ...times,
}

const supabase = {
  iss: 'https://ref.supabase.co/auth/v1',
  aud: 'authenticated',
  sub: '123e4567-e89b-12d3-a456-426614174000',
  role: 'authenticated',
  aal: 'aal1',
  session_id: '123e4567-e89b-12d3-a456-426614174001',
  email: 'jane@example.com',
  phone: '',
  is_anonymous: false,
  app_metadata: { provider: 'email', ledger: ['access:check'] },
  user_metadata: { ledger: ['inbox:manage'] },
  ...times,
}

const workos = {
  iss: 'https://api.workos.com/user_management/client_1',
  sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
  org_id: 'org_01HRDMC6CM357W30QMHMQ96Q0S',
  role: 'member',
  roles: ['member'],
  permissions: ['posts:read'],
  sid: 'session_01HQSXZGF8FHF7A9ZZFCW4387R',
  jti: '01HQSXZXPPFPKMDD32RKTFY6PV',
  ...times,
}

const keycloak = {
  iss: 'https://id.example.com/realms/acme',
  aud: ['ledger', 'account'],
  sub: 'f:1:jane',
  typ: 'Bearer',
  azp: 'app',
  scope: 'openid email profile',
  realm_access: { roles: ['offline_access', 'uma_authorization'] },
  resource_access: { ledger: { roles: ['access:check'] } },
  ...times,
}

const betterAuth = {
  iss: 'https://app.example.com',
  aud: 'https://app.example.com',
  sub: 'tKc2',
  id: 'tKc2',
  email: 'jane@example.com',
  name: 'Jane',
  emailVerified: true,
  ...times,
}

export const VENDORS: Readonly<Record<string, Vendor>> = {
  clerk: {
    key: rsaKey,
    table: {
      issuer: clerk.iss,
      audience: ['https://app.example.com', 'https://www.example.com'],
      users: true,
    },
    user: clerk,
    userId: 'user_2abc',
    refused: {
      'of a page that is not listed': { azp: 'https://evil.example.com' },
      'without the page': { azp: undefined },
      'with a list of pages': { azp: ['https://app.example.com'] },
      'with the page as its audience': { azp: undefined, aud: 'https://app.example.com' },
      'for another audience besides': { aud: 'https://elsewhere.example.com' },
    },
  },
  auth0: {
    key: rsaKey,
    table: { issuer: auth0.iss, audience: 'https://ledger.example.com', users: true },
    user: auth0,
    userId: 'auth0|6553da60a54af58e29493993',
    service: { ...auth0, sub: 'K1AU@clients', gty: 'client-credentials', permissions: ['access:check'] },
    refused: {
      'an ID token': { aud: auth0.azp },
      'for the audience in its client': { aud: 'another', azp: 'https://ledger.example.com' },
      'of another tenant': { iss: 'https://other.eu.auth0.com/' },
    },
  },
  cognito: {
    key: rsaKey,
    table: { issuer: cognito.iss, audience: cognito.client_id, users: true, scopePrefix: 'ledger/' },
    user: cognito,
    userId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    service: { ...cognito, sub: cognito.client_id, scope: 'ledger/access:check', username: undefined },
    refused: {
      'an ID token': { token_use: 'id', aud: cognito.client_id, client_id: undefined },
      'an ID token with a client': { token_use: 'id' },
      'of no kind': { token_use: undefined },
      'of another client': { client_id: 'another' },
      'with the client as its audience': { client_id: undefined, aud: cognito.client_id },
      'of another pool': { iss: `${cognito.iss}d` },
    },
  },
  entra: {
    key: rsaKey,
    table: { audience: entra.aud, tenants: [TENANT], users: true },
    user: entra,
    userId: entra.oid,
    service: { ...entra, idtyp: 'app', scp: undefined, roles: ['access:check'] },
    refused: {
      'of a tenant that is not listed': {
        iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
        tid: OTHER_TENANT,
      },
      'whose tenants differ': { tid: OTHER_TENANT },
      'of no tenant': { tid: undefined },
      'of the template itself': { iss: 'https://login.microsoftonline.com/{tenantid}/v2.0' },
      'of everybody’s tenant': { iss: 'https://login.microsoftonline.com/common/v2.0' },
      'of version 1.0': { iss: `https://sts.windows.net/${TENANT}/` },
      'for the application in its client': { aud: 'another', azp: entra.aud },
    },
  },
  okta: {
    key: rsaKey,
    table: { issuer: okta.iss, audience: 'api://default', users: true },
    user: okta,
    userId: '00u1abc',
    service: { ...okta, uid: undefined, sub: '0oa1abc', scp: ['access:check'] },
    refused: {
      'an ID token': { aud: okta.cid },
      'of the organization’s own server': { iss: 'https://acme.okta.com', aud: 'https://acme.okta.com' },
    },
  },
  firebase: {
    key: rsaKey,
    table: { audience: 'my-project', users: true },
    user: firebase,
    userId: 'Ab3dEf',
    refused: {
      'of another project, by the same keys': {
        iss: 'https://securetoken.google.com/evil-project',
        aud: 'my-project',
      },
      'for another project': { aud: 'evil-project' },
      'a session cookie': { iss: 'https://session.firebase.google.com/my-project' },
    },
  },
  supabase: {
    key: ecKey,
    table: { issuer: supabase.iss, users: true, scopeClaims: '/app_metadata/ledger' },
    user: { ...supabase, app_metadata: { provider: 'email' } },
    userId: supabase.sub,
    service: supabase,
    refused: {
      'of nobody': { role: 'anon', aud: 'anon' },
      'of the service role': { role: 'service_role' },
      'of another project': { iss: 'https://other.supabase.co/auth/v1' },
    },
  },
  workos: {
    key: rsaKey,
    table: { audience: 'client_1', users: true },
    user: workos,
    userId: workos.sub,
    service: { ...workos, permissions: ['access:check'] },
    refused: {
      'of another application': { iss: 'https://api.workos.com/user_management/client_2' },
      'of all applications': { iss: 'https://api.workos.com' },
      'for another audience': { aud: 'elsewhere' },
    },
  },
  keycloak: {
    key: rsaKey,
    table: { issuer: keycloak.iss, audience: 'ledger', users: true },
    user: keycloak,
    userId: 'f:1:jane',
    service: { ...keycloak, scope: 'email access:check', clientId: 'shop' },
    refused: {
      'an ID token': { typ: 'ID', aud: 'ledger' },
      'a refresh token': { typ: 'Refresh' },
      'for the client alone': { aud: undefined, azp: 'ledger' },
      'of another realm': { iss: 'https://id.example.com/realms/other' },
      'for the account alone': { aud: 'account' },
    },
  },
  'better-auth': {
    key: edKey,
    table: { issuer: betterAuth.iss, users: true },
    user: betterAuth,
    userId: 'tKc2',
    refused: {
      'of another base': { iss: 'https://app.example.com/' },
      'for another base': { aud: 'https://other.example.com' },
    },
  },
}

/** Where each vendor tells the organization of a member. */
export const ORGANIZATIONS = [
  ['clerk', '/o/id', 'org_2abc'],
  ['auth0', 'org_id', 'org_9'],
  ['workos', 'org_id', 'org_01HRDMC6CM357W30QMHMQ96Q0S'],
] as const
