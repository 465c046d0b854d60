import { Modal } from 'antd'
import { DeviceChoice, useDevice } from './DeviceChoice.tsx'
import { FileKeyForm } from './FileKeyForm.tsx'
import type { OpenKey } from './key/e-key.ts'
import { TokenKeyForm } from './TokenKeyForm.tsx'

/** 插入电子钥匙: the file with its PIN, or the hardware token through the key agent. `code13`: whose keys are taken. */
export function KeyDialog({
  code13,
  onOpened,
  onClose,
}: {
  code13: string | undefined
  onOpened: (key: OpenKey) => void
  onClose: () => void
}) {
  const [device, choose] = useDevice()
  const Form = device === 'file' ? FileKeyForm : TokenKeyForm
  return (
    <Modal open title="插入电子钥匙" onCancel={onClose} footer={null} width={480} mask={{ closable: false }}>
      <DeviceChoice device={device} onChoose={choose} />
      <Form code13={code13} onOpened={onOpened} onClose={onClose} />
    </Modal>
  )
}
