import { FormLine, type FormOf } from './FormLine.tsx'

/** Login name and password of an account that is being made, the password twice. */
export function NewAccountLines({ form }: { form: FormOf }) {
  return (
    <>
      <FormLine
        name="loginName"
        label="登录名"
        form={form}
        autoComplete="username"
        note="4 至 30 位字母、数字和 . _ -，以字母开头"
      />
      <FormLine
        name="password"
        label="密码"
        form={form}
        type="password"
        autoComplete="new-password"
        note="10 至 20 位，含大小写字母和数字，不含空格和 ~"
      />
      <FormLine
        name="repeated"
        label="再次填写密码"
        form={form}
        type="password"
        autoComplete="new-password"
      />
    </>
  )
}
