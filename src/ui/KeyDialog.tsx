import { useState } from 'react'
import { Modal } from 'antd'
import { FileKeyForm } from './FileKeyForm.tsx'
import type { OpenKey } from './key/e-key.ts'
import { TokenKeyForm } from './TokenKeyForm.tsx'
import s from './KeyDialog.module.css'

type Device = 'file' | 'token'
const devices: readonly (readonly [Device, string])[] = [
  ['file', '钥匙文件'],
  ['token', '硬件钥匙'],
]
const remembered = 'xuke.key-device'

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
  const [device, setDevice] = useState<Device>(() =>
    localStorage.getItem(remembered) === 'token' ? 'token' : 'file',
  )
  const choose = (chosen: Device) => {
    localStorage.setItem(remembered, chosen)
    setDevice(chosen)
  }
  const Form = device === 'file' ? FileKeyForm : TokenKeyForm
  return (
    <Modal open title="插入电子钥匙" onCancel={onClose} footer={null} width={480} mask={{ closable: false }}>
      <div role="radiogroup" aria-label="电子钥匙的种类" className={s['device']}>
        {devices.map(([name, label]) => (
          <label key={name}>
            <input type="radio" name="key-device" checked={name === device} onChange={() => choose(name)} />
            {label}
          </label>
        ))}
      </div>
      <Form code13={code13} onOpened={onOpened} onClose={onClose} />
    </Modal>
  )
}
