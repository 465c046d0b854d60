import { useState } from 'react'
import s from './KeyDialog.module.css'

export type Device = 'file' | 'token'
const devices: readonly (readonly [Device, string])[] = [
  ['file', '钥匙文件'],
  ['token', '硬件钥匙'],
]
const remembered = 'xuke.key-device'

/** Which kind of e-key is used on this machine: what was chosen last. */
export function useDevice(): [Device, (chosen: Device) => void] {
  const [device, setDevice] = useState<Device>(() =>
    localStorage.getItem(remembered) === 'token' ? 'token' : 'file',
  )
  const choose = (chosen: Device) => {
    localStorage.setItem(remembered, chosen)
    setDevice(chosen)
  }
  return [device, choose]
}

/** 钥匙文件 or 硬件钥匙. `disabled`: something is under way with the one that was chosen. */
export const DeviceChoice = ({
  device,
  disabled = false,
  onChoose,
}: {
  device: Device
  disabled?: boolean
  onChoose: (device: Device) => void
}) => (
  <div role="radiogroup" aria-label="电子钥匙的种类" className={s['device']}>
    {devices.map(([name, label]) => (
      <label key={name}>
        <input
          type="radio"
          name="key-device"
          checked={name === device}
          disabled={disabled}
          onChange={() => onChoose(name)}
        />
        {label}
      </label>
    ))}
  </div>
)
