/**
 * A BACnet/IP device made with `@bacnet-js/client`, whose codec nobody here wrote: it takes our datagrams apart and writes
 * the answers. What it says of itself is the test's, and so is the list of services that it was asked for.
 */
import { createRequire } from 'node:module';
import { freeUdpPort } from './snmpd.ts';

/** Node and the test runner disagree on what an import of this CommonJS package is; on `require` they agree. */
export const bacnet: typeof import('@bacnet-js/client') = createRequire(import.meta.url)('@bacnet-js/client');

export interface BacnetIdentity {
  readonly instance: number;
  readonly vendor: number;
  /** Texts of the Device object by property number; one that is not there is answered with an error. */
  readonly texts: Readonly<Record<number, string>>;
}

export interface BacnetDevice {
  readonly port: number;
  /** Services asked for so far, in their order: 8 is Who-Is, 12 ReadProperty, -1 anything else. */
  services(): readonly number[];
  stop(): Promise<void>;
}

const {
  ErrorClass,
  ErrorCode,
  ApplicationTag,
  ObjectType,
  Segmentation,
  UnconfirmedServiceChoice,
  ConfirmedServiceChoice,
} = bacnet;
const anyInstance = 4_194_303;

/** What else a device understands: writes, subscriptions, files, alarms, control of the device. */
const others = [
  'writeProperty',
  'writePropertyMultiple',
  'readPropertyMultiple',
  'readRange',
  'atomicWriteFile',
  'atomicReadFile',
  'subscribeCov',
  'subscribeProperty',
  'deviceCommunicationControl',
  'reinitializeDevice',
  'createObject',
  'deleteObject',
  'addListElement',
  'removeListElement',
  'alarmAcknowledge',
  'lifeSafetyOperation',
  'privateTransfer',
  'registerForeignDevice',
  'whoHas',
  'timeSync',
  'timeSyncUTC',
] as const;
const other = -1;

export async function startBacnetDevice({ instance, vendor, texts }: BacnetIdentity): Promise<BacnetDevice> {
  const port = await freeUdpPort();
  const services: number[] = [];
  const device = new bacnet.default({ port, interface: '127.0.0.1', reuseAddr: false });
  device.on('whoIs', ({ header }) => {
    if (header === undefined) return;
    services.push(UnconfirmedServiceChoice.WHO_IS);
    device.iAmResponse(header.sender, instance, Segmentation.NO_SEGMENTATION, vendor);
  });
  device.on('readProperty', ({ header, payload, invokeId = 0 }) => {
    if (header === undefined) return;
    services.push(ConfirmedServiceChoice.READ_PROPERTY);
    const { objectId, property } = payload;
    const own = objectId.type === ObjectType.DEVICE && [instance, anyInstance].includes(objectId.instance);
    const object = { type: ObjectType.DEVICE, instance };
    const text = texts[property.id];
    if (!own) {
      device.errorResponse(
        header.sender,
        ConfirmedServiceChoice.READ_PROPERTY,
        invokeId,
        ErrorClass.OBJECT,
        ErrorCode.UNKNOWN_OBJECT,
      );
    } else if (property.id === 75) {
      const value = { type: ApplicationTag.OBJECTIDENTIFIER, value: object };
      device.readPropertyResponse(header.sender, invokeId, object, property, value);
    } else if (property.id === 120) {
      const value = { type: ApplicationTag.UNSIGNED_INTEGER, value: vendor };
      device.readPropertyResponse(header.sender, invokeId, object, property, value);
    } else if (text === undefined) {
      device.errorResponse(
        header.sender,
        ConfirmedServiceChoice.READ_PROPERTY,
        invokeId,
        ErrorClass.PROPERTY,
        ErrorCode.UNKNOWN_PROPERTY,
      );
    } else {
      const value = { type: ApplicationTag.CHARACTER_STRING, value: text };
      device.readPropertyResponse(header.sender, invokeId, object, property, value);
    }
  });
  for (const name of others) device.on(name, () => void services.push(other));
  await new Promise<void>((resolve, reject) => {
    device.once('listening', resolve);
    device.once('error', reject);
  });
  return {
    port,
    services: () => services,
    async stop() {
      device.close();
    },
  };
}
