/** What a Modbus device's identification means. Pure. */
import { deviceName } from '../channel/device-name.ts';
import type { Basis, Reading, UnseenReason } from '../contract/collector.ts';
import type { FactName, FactsDraft } from '../contract/vocabulary.ts';
import type { ModbusRaw } from './raw.ts';

const identity = ['device.vendor', 'device.model', 'device.orderNumber', 'firmware.version'] as const;

export function readModbus(raw: ModbusRaw): Reading {
  const facts: FactsDraft = {};
  const unseen: Partial<Record<FactName, UnseenReason>> = {};
  const basis: Partial<Record<FactName, Basis>> = {};
  if (raw.listening !== undefined) facts['service.listening'] = raw.listening;
  if (raw.connectedAt !== undefined) facts['asset.inventory.lastSeen'] = raw.connectedAt.toISOString();
  if (raw.speaks) facts['protocol.unauthenticated'] = ['modbus'];

  const said = (id: number) => deviceName(raw.objects.get(id));
  const put = (name: (typeof identity)[number], value: string | undefined, how: Basis = 'stated') => {
    if (value === undefined || facts[name] !== undefined) return;
    facts[name] = value;
    basis[name] = how;
  };
  put('device.vendor', said(0));
  put('device.orderNumber', said(1));
  put('firmware.version', said(2));
  put('device.model', said(5));
  put('device.model', said(4));
  // A device of the basic category names its product by the code alone.
  put('device.model', said(1), 'inferred');
  // Asked and answered, but not with this: the device does not have it. A device that never got to answer keeps
  // the reason of its run.
  if (raw.objects.size > 0 || (raw.exception !== undefined && raw.exception < 4)) {
    for (const name of identity) if (facts[name] === undefined) unseen[name] = 'unsupported';
  }
  return { facts, unseen, basis };
}
