import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import { findEnterpriseCode } from '#api/enterprise.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { Failed, Notice } from '#ui/Words.tsx'
import { CaptchaLine, useCaptcha } from '../account/Captcha.tsx'
import { FormLine } from '../account/FormLine.tsx'
import { OpenPage } from '../account/OpenPage.tsx'
import { useForm } from '../account/use-form.ts'
import r from '../account/Register.module.css'
import s from './Help.module.css'

const conditions = [
  ['name', '企业名称', '全称，与营业执照一致'],
  ['uscc', '统一社会信用代码', '18 位'],
  ['organisationCode', '组织机构代码', '9 位'],
] as const

/** 查询 13 位进出口企业代码 (manual 001, Q1): any one condition and the captcha. */
export function FindCodePage() {
  const form = useForm({ name: '', uscc: '', organisationCode: '', answer: '' })
  const [rows, setRows] = useState<readonly { code13: string; name: string }[]>()
  const captcha = useCaptcha()
  const text = (name: string) => (form.values[name] ?? '').trim()

  const find = async (event: FormEvent) => {
    event.preventDefault()
    const given = conditions.some(([name]) => text(name) !== '')
    if (!form.complete({ ...(given ? {} : { name: '请至少填写一项' }), answer: '请填写图片或问题的答案' }))
      return
    setRows(undefined)
    const body = {
      name: text('name'),
      uscc: text('uscc'),
      organisationCode: text('organisationCode'),
      captchaId: captcha.id,
      captchaAnswer: text('answer'),
    }
    await form.send(async () => setRows((await call(findEnterpriseCode, { body })).rows))
    form.set('answer', '')
    captcha.another()
  }
  return (
    <OpenPage title="查询 13 位进出口企业代码">
      <form
        className={`${r['form']} ${r['narrow']}`}
        onSubmit={(event) => void find(event)}
        noValidate
        aria-label="查询企业代码"
      >
        <p>任填一项即可；填写多项的，须全部相符。</p>
        {conditions.map(([name, label, note]) => (
          <FormLine key={name} name={name} label={label} form={form} note={note} />
        ))}
        <CaptchaLine captcha={captcha} form={form} />
        {form.failed !== undefined && <Failed error={form.failed} />}
        <div className={r['buttons']}>
          <Button type="primary" size="large" htmlType="submit" loading={form.busy}>
            查询
          </Button>
        </div>
      </form>
      {rows !== undefined && <Found rows={rows} />}
    </OpenPage>
  )
}

function Found({ rows }: { rows: readonly { code13: string; name: string }[] }) {
  if (rows.length === 0) {
    return (
      <div className={s['found']}>
        <Notice kind="info">
          没有找到已核实的企业。请核对所填内容；企业还没有在本系统登记的，请先
          <Link to={paths.register()}>注册</Link>，代码不明的请向
          <Link to={paths.issuingBodies()}>发证机构</Link>
          查询。
        </Notice>
      </div>
    )
  }
  return (
    <table className={s['found']} aria-label="查询结果">
      <thead>
        <tr>
          <th scope="col">13 位企业代码</th>
          <th scope="col">企业名称</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ code13, name }) => (
          <tr key={code13}>
            <td>
              <PaperNo value={code13} what="企业代码" copy />
            </td>
            <td>{name}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
