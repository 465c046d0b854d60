import { paths } from '#ui/paths.ts'
import { Notice } from '#ui/Words.tsx'

export function NotFoundPage() {
  return (
    <main style={{ maxWidth: 720, margin: '80px auto', padding: '0 16px' }}>
      <title>没有这个页面 · 出口许可证</title>
      <Notice kind="warning" action={<a href={paths.home()}>回到首页</a>}>
        没有这个页面，网址可能不完整，或所指的内容已不在。
      </Notice>
    </main>
  )
}
