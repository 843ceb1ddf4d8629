export const [VICTIM, ATTACKER, OTHER] = ['u_victim', 'u_mallory', 'u_bystander']

export const PEOPLE: readonly string[] = [VICTIM, ATTACKER, OTHER]
