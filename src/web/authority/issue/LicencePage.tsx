/** A licence before an officer: the exporter's page, with 生成电子许可证, 再试 and 退回 while it waits. */
import { lazy, useState } from 'react'
import { Button } from 'antd'
import type { LicenceDetail } from '#api/licence.ts'
import { licence as machine } from '#domain/licence/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { Notice, StateWord } from '#ui/Words.tsx'
import { LicencePage } from '../../licence/LicencePage.tsx'
import { performOnLicence, useStale } from '../queries.ts'
import { printedForm } from '../review/files.ts'
import { HandBack } from './HandBack.tsx'
import { Revoke } from './Revoke.tsx'
import { failureOf, isRunning, stepOf } from './progress.ts'
import s from './Issue.module.css'

const FileView = lazy(async () => ({ default: (await import('#ui/document/FileView.tsx')).FileView }))

/** Until the licence is made its application stands there: what the licence will say. */
export function AuthorityLicencePage() {
  return (
    <LicencePage
      applicationAt={paths.review}
      licenceAt={paths.authorityLicence}
      beside={(licence) =>
        licence.state === 'pending' ? <Issue licence={licence} /> : <Revoke licence={licence} />
      }
      before={(licence) => (
        <FileView file={printedForm({ id: licence.applicationId, applicationNo: licence.applicationNo })} />
      )}
      watch={isRunning}
    />
  )
}

/** Issued in exchange, it has no review of its own to go back to. */
const isFirst = ({ chain, id }: LicenceDetail) => chain[0]?.id === id

function Issue({ licence }: { licence: LicenceDetail }) {
  const stale = useStale()
  const mayHandBack = useMay('application.hand_back')
  const [handingBack, setHandingBack] = useState(false)
  const running = isRunning(licence)
  // Of 生成 and 再试 the one that fits: what was never begun cannot be tried again.
  const fitting = licence.issueError === null ? 'issue' : 'retry'
  return (
    <div className={s['beside']}>
      {licence.issueError !== null && <Notice kind="error">{failureOf(licence)}</Notice>}
      {running ? (
        <Notice>
          <StateWord tone="waiting">正在生成 {stepOf(licence)}</StateWord>
        </Notice>
      ) : (
        <div className={s['issueActions']}>
          <ActionBar
            machine={machine}
            offered={licence.offered}
            version={licence.version}
            only={[fitting]}
            primary={fitting}
            perform={performOnLicence(licence.id)}
            quiet
            onDone={stale}
            onRefresh={stale}
          />
          {mayHandBack && isFirst(licence) && <Button onClick={() => setHandingBack(true)}>退回复审</Button>}
        </div>
      )}
      {handingBack && (
        <HandBack
          applicationId={licence.applicationId}
          licenceNo={licence.licenceNo}
          onClose={() => setHandingBack(false)}
        />
      )}
    </div>
  )
}
