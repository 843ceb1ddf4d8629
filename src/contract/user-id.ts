import * as z from 'zod'

export const userId = z
  .string()
  // A path cannot name . and .. as they are.
  .regex(
    /^(?!\.\.?$)[A-Za-z0-9_.:@|-]{1,128}$/,
    '1 to 128 of letters, digits and _ . : @ | -, but not . or ..',
  )
  .meta({ id: 'UserId', description: 'The caller’s own opaque string', examples: ['u_42'] })
