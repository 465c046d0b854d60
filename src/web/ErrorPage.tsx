import { Button } from 'antd'
import { wordsOf } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { Notice } from '#ui/Words.tsx'

/** A page that broke, or whose script is no longer there because a newer version was installed. */
export function ErrorPage({ error }: { error: unknown }) {
  const gone = /dynamically imported module|module script/i.test(String(error))
  return (
    <div style={{ maxWidth: 720, margin: '60px auto', padding: '0 16px' }}>
      <Notice
        kind="error"
        action={
          <span style={{ display: 'flex', gap: 12, alignItems: 'center' }}>
            <Button size="small" onClick={() => window.location.reload()}>
              刷新
            </Button>
            <a href={paths.home()}>回到首页</a>
          </span>
        }
      >
        {gone ? '页面没有取到，可能是系统刚刚更新或网络中断，请刷新' : wordsOf(error)}
      </Notice>
    </div>
  )
}
