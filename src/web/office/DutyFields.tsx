import { officerRoles, roles } from '#domain/account/roles.ts'
import { Field } from '#ui/Field.tsx'
import { FormLine, idOf } from '../account/FormLine.tsx'
import type { UsedForm } from '../account/use-form.ts'
import s from './Office.module.css'

/** The form's values of an officer's duties as they are sent; roles stand in it as names with commas. */
export const dutiesOf = ({ values }: UsedForm) => ({
  personName: values['personName'] ?? '',
  authorityCode: (values['authorityCode'] ?? '') === '' ? null : (values['authorityCode'] ?? null),
  roles: rolesIn(values['roles']),
  duties: values['duties'] ?? '',
})

const rolesIn = (text = '') => text.split(',').filter((name) => name !== '')

/** Name, authority, roles and duties of an officer. */
export function DutyFields({ form }: { form: UsedForm }) {
  const chosen = rolesIn(form.values['roles'])
  const turn = (role: string, on: boolean) =>
    form.set('roles', [...chosen.filter((one) => one !== role), ...(on ? [role] : [])].join(','))
  return (
    <>
      <FormLine name="personName" label="姓名" form={form} />
      <div id={idOf('authorityCode')} tabIndex={-1}>
        <Field
          field={{ kind: 'code', label: '发证机构（审核、制证、配额须选）', list: 'authority' }}
          path="officer.authorityCode"
          value={form.values['authorityCode'] ?? ''}
          error={form.errors['authorityCode']}
          onChange={(value) => form.set('authorityCode', value)}
        />
      </div>
      <fieldset id={idOf('roles')} tabIndex={-1} className={s['group']}>
        <legend>角色</legend>
        <div className={s['choices']}>
          {officerRoles.map((role) => (
            <label key={role}>
              <input
                type="checkbox"
                checked={chosen.includes(role)}
                onChange={(event) => turn(role, event.target.checked)}
              />{' '}
              {roles[role].label}
            </label>
          ))}
        </div>
        {form.errors['roles'] !== undefined && (
          <p role="alert" className={s['wrong']}>
            {form.errors['roles']}
          </p>
        )}
      </fieldset>
      <div className={s['wide']}>
        <FormLine
          name="duties"
          label="职责"
          form={form}
          optional
          note="负责什么，例如：钢材类出口许可证初审"
        />
      </div>
    </>
  )
}
