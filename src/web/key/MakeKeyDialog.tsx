import { useState } from 'react'
import { Modal } from 'antd'
import type { KeyRequestDetail } from '#api/key.ts'
import { DeviceChoice, useDevice } from '#ui/DeviceChoice.tsx'
import { MakeFileKey } from './MakeFileKey.tsx'
import { MakeTokenKey } from './MakeTokenKey.tsx'

/** How far the making has come: `begun`, the kind can't be changed any more; `certified`, there is a certificate; `done`. */
export type Making = 'choosing' | 'begun' | 'certified' | 'done'

export interface MakingProps {
  detail: KeyRequestDetail
  onProgress: (making: Making) => void
  onMade: () => void
  onLeave: () => void
}

/**
 * 制作电子钥匙: as a file that is kept under a PIN, or in a hardware token. `onMade`: there is a certificate, so the request
 * has changed, also where the dialog was left before the key was done.
 */
export function MakeKeyDialog({
  detail,
  onMade,
  onLeave,
}: {
  detail: KeyRequestDetail
  onMade: () => void
  onLeave: () => void
}) {
  const [device, choose] = useDevice()
  const [making, setMaking] = useState<Making>('choosing')
  const leave = making === 'certified' || making === 'done' ? onMade : onLeave
  const Form = device === 'file' ? MakeFileKey : MakeTokenKey
  return (
    <Modal
      open
      title={making === 'done' ? '电子钥匙已做成' : '制作电子钥匙'}
      footer={null}
      width={520}
      mask={{ closable: false }}
      onCancel={leave}
    >
      {making !== 'done' && (
        <DeviceChoice device={device} disabled={making !== 'choosing'} onChoose={choose} />
      )}
      <Form detail={detail} onProgress={setMaking} onMade={onMade} onLeave={leave} />
    </Modal>
  )
}
