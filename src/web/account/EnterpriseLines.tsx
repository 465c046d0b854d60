import { useQuery } from '@tanstack/react-query'
import { registrationPlaces } from '#api/registration.ts'
import { call } from '#ui/call.ts'
import { FormLine, idOf, type FormOf } from './FormLine.tsx'
import { Line } from './Line.tsx'
import f from '#ui/Field.module.css'
import s from './Register.module.css'

export const requiredOfEnterprise = {
  enterpriseName: '请填写企业名称',
  uscc: '请填写统一社会信用代码',
  code13: '请填写进出口企业代码',
  region: '请选择所在省（自治区、直辖市）',
} as const

/** The enterprise as somebody says it to be: name, both numbers, place. */
export function EnterpriseLines({ form }: { form: FormOf }) {
  const places = useQuery({
    queryKey: ['registration-places'],
    queryFn: ({ signal }) => call(registrationPlaces, { signal }),
    staleTime: Infinity,
  })
  return (
    <section className={s['part']} aria-label="企业">
      <h2>企业</h2>
      <FormLine name="enterpriseName" label="企业名称" form={form} autoComplete="organization" />
      <FormLine name="uscc" label="统一社会信用代码" form={form} note="18 位，见营业执照" />
      <FormLine name="code13" label="进出口企业代码" form={form} note="13 位，后 9 位为组织机构代码" />
      <Line id={idOf('region')} label="所在省（自治区、直辖市）" error={form.errors['region']}>
        <select
          id={idOf('region')}
          className={f['input']}
          value={form.values['region']}
          onChange={(event) => form.set('region', event.target.value)}
        >
          <option value="">请选择</option>
          {places.data?.regions.map((region) => (
            <option key={region} value={region}>
              {region}
            </option>
          ))}
        </select>
      </Line>
      <FormLine name="city" label="城市" form={form} optional />
    </section>
  )
}
