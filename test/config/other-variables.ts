/** The variables that an isolate cannot do without, besides those of who issues tokens. */
export const OTHER_VARIABLES = {
  LEDGER_EPOCH: '1',
  MEMORY_MAX_AGE_SECONDS: '30',
  ALLOW_MAX_AGE_SECONDS: '600',
  DENY_MAX_AGE_SECONDS: '5',
  STALE_IF_ERROR_SECONDS: '3600',
  CHECK_TIMEOUT_MS: '1500',
  CHECK_LOG_SAMPLE: '0.01',
}
