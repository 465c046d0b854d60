/** Passwords are kept as argon2id, with the cost that OWASP's password storage advice names (19 MiB, 2 passes). */
import { hash, verify } from '@node-rs/argon2'
import { passwordProblem } from '#domain/account/password.ts'

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

// Nobody's password, at the same cost: an unknown login name takes as long to refuse as a known one.
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$Wzqz3R/DG4GXJTTEV8jgkg$LGx3e9m/3nEEgGmY18msqSIjnxdOGO0qSPt2THo+/yc'

/** The hash to store. Throws for a password that the rule refuses. */
export async function hashPassword(password: string): Promise<string> {
  const problem = passwordProblem(password)
  if (problem !== undefined) throw new Error(problem)
  return hash(password, cost)
}

/** Whether the password is that of the hash; always false, after the same time, when there is no account. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const right = await verify(stored ?? nobody, password)
  return right && stored !== undefined
}
