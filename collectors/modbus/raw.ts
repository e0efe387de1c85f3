/** What one look at a Modbus device brought back, before it means anything. */
export interface ModbusRaw {
  /** Whether something accepted the connection; undefined: silence. */
  listening?: boolean;
  connectedAt?: Date;
  /** A well-formed answer came, objects or exception: it speaks Modbus to whoever asks. */
  speaks: boolean;
  /** Identification objects by their number, as the device sent them. */
  readonly objects: Map<number, Buffer>;
  /** The exception that ended the first category. */
  exception?: number;
}

export const emptyRecord = (): ModbusRaw => ({ speaks: false, objects: new Map() });

/** Objects of the two categories (section 6.21). */
export const objectNames: Readonly<Record<number, string>> = {
  0: 'vendor',
  1: 'product code',
  2: 'revision',
  3: 'vendor URL',
  4: 'product name',
  5: 'model name',
  6: 'application name',
};
