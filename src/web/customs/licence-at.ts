import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'

/** Address of a licence's page on the person's own side. */
export function useLicenceAt(): (id: string) => string {
  return useMe().enterprise === null ? paths.authorityLicence : paths.licence
}
