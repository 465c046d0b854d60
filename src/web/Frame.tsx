/** Every page of a signed-in person: top bar, menu on the left, the page; sign-in over it when the session is gone. */
import { App } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation, useMatches, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Me } from '#api/account.ts'
import { CallFailed, onSignedOut } from '#ui/call.ts'
import { KeyHolder } from '#ui/key-holder.tsx'
import { paths } from '#ui/paths.ts'
import { MeContext, meQuery } from '#ui/session.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Failed } from '#ui/Words.tsx'
import { FirstPassword } from './account/PasswordForm.tsx'
import { SignInAgain } from './account/SignInAgain.tsx'
import { Menu } from './Menu.tsx'
import { homeOf, inKeyOffice } from './menu.ts'
import { TopBar } from './TopBar.tsx'
import s from './Frame.module.css'

const CompletionPage = lazy(async () => ({
  default: (await import('./account/CompletionPage.tsx')).CompletionPage,
}))

export function Frame() {
  const { data: me, error, isPending, refetch } = useQuery(meQuery)
  const { pathname, searchStr } = useLocation()
  const slow = useSlow(isPending)
  if (me !== undefined) return <SignedIn me={me} />
  if (error instanceof CallFailed && error.status === 401) {
    return <Elsewhere to={paths.signIn(pathname === paths.home() ? undefined : pathname + searchStr)} />
  }
  if (error !== null) {
    return (
      <main className={s['alone']}>
        <Failed error={error} onRetry={() => void refetch()} />
      </main>
    )
  }
  return slow ? <p className={s['alone']}>正在读取…</p> : null
}

/** Goes to another page, once: setting out anew with each change of the address it would never arrive there. */
function Elsewhere({ to: first }: { to: string }) {
  const navigate = useNavigate()
  const [to] = useState(first)
  useEffect(() => void navigate({ to, replace: true }), [navigate, to])
  return null
}

const foldKept = 'xuke.menu'

function SignedIn({ me }: { me: Me }) {
  const [folded, setFolded] = useState(() => localStorage.getItem(foldKept) === 'folded')
  const fold = (next: boolean) => {
    setFolded(next)
    localStorage.setItem(foldKept, next ? 'folded' : 'open')
  }
  return (
    <MeContext value={me}>
      <App message={{ maxCount: 2, duration: 3 }}>
        <KeyHolder code13={me.enterprise?.code13}>
          <a href="#page" className={s['skip']}>
            跳到页面内容
          </a>
          <TopBar me={me} folded={folded} onFold={fold} />
          <div className={s['body']}>
            {!me.account.mustComplete && <Menu me={me} folded={folded} onUnfold={() => fold(false)} />}
            <main id="page" tabIndex={-1} className={s['page']}>
              <Inside me={me} />
            </main>
          </div>
          <LostSession me={me} />
        </KeyHolder>
      </App>
    </MeContext>
  )
}

/** The page; before it what the person has to give first; and in the key office nothing but its pages. */
function Inside({ me }: { me: Me }) {
  // Of the page that is shown: while the next one is loaded the address is ahead of it.
  const pathname = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? '' })
  if (me.keyOffice !== null) return inKeyOffice(pathname) ? <Outlet /> : <Elsewhere to={homeOf(me)} />
  if (me.account.mustComplete) {
    return (
      <Suspense>
        <CompletionPage />
      </Suspense>
    )
  }
  return me.account.mustChangePassword ? <FirstPassword /> : <Outlet />
}

/** Lets requests of the page ask for a new session: over the page, so that nothing typed is lost. */
function LostSession({ me }: { me: Me }) {
  const client = useQueryClient()
  const [answer, setAnswer] = useState<(signedIn: boolean) => void>()
  const byCode = me.keyOffice !== null
  useEffect(() => {
    onSignedOut({
      signInAgain: () =>
        new Promise((resolve) => {
          // Who came in by a code has perhaps no password: back to where the code is asked for.
          if (byCode) {
            resolve(false)
            window.location.assign(paths.keyEntrance())
          } else setAnswer(() => resolve)
        }),
      renewToken: async () => {
        const now = await client.fetchQuery({ ...meQuery, staleTime: 0 })
        if (now.account.id === me.account.id && (now.keyOffice !== null) === byCode) return true
        // Somebody else signed in here in another window: nothing of this page may go out in their name.
        window.location.assign(paths.home())
        return false
      },
    })
    return () => onSignedOut({ signInAgain: undefined, renewToken: undefined })
  }, [client, me.account.id, byCode])
  if (answer === undefined) return null
  return (
    <SignInAgain
      me={me}
      onDone={(again) => {
        client.setQueryData(meQuery.queryKey, again)
        setAnswer(undefined)
        answer(true)
      }}
      onGiveUp={() => {
        setAnswer(undefined)
        answer(false)
        window.location.assign(paths.signIn())
      }}
    />
  )
}
