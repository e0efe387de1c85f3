/**
 * pymodbus (Debian's python3-pymodbus), a Modbus server that nobody here wrote. Every request passes its decoder, so
 * that it can count what else than device identification was asked of it.
 */
import { accepts, freePort, type Running, startProgram } from './program.ts';

/** Objects of the identification by number; an absent basic object is empty. */
export interface Identity {
  readonly [object: number]: string;
}

export interface Pymodbus {
  readonly port: number;
  /** Function codes of the requests so far, in their order. */
  functions(): number[];
  stop(): Promise<void>;
}

/** Debian's own interpreter: the one that comes first on the path may be another, without Debian's packages. */
const python = '/usr/bin/python3';

const program = `
import asyncio, json, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.factory import ServerDecoder
from pymodbus.server import StartAsyncTcpServer

identity = ModbusDeviceIdentification()
for number, text in json.loads(sys.argv[2]).items():
    identity._ModbusDeviceIdentification__data[int(number)] = text

decode = ServerDecoder.decode
def counted(self, message):
    print("function", message[0], flush=True)
    return decode(self, message)
ServerDecoder.decode = counted

block = ModbusSequentialDataBlock(0, [17] * 100)
unit = ModbusSlaveContext(di=block, co=block, hr=block, ir=block)
context = ModbusServerContext(slaves=unit, single=True)
asyncio.run(StartAsyncTcpServer(context=context, identity=identity, address=("127.0.0.1", int(sys.argv[1]))))
`;

export async function startPymodbus(identity: Identity): Promise<Pymodbus> {
  const port = await freePort();
  const running: Running = await startProgram(python, ['-c', program, String(port), JSON.stringify(identity)], {
    ready: () => accepts(port),
    timeoutMs: 30_000,
  });
  return {
    port,
    functions: () => [...running.output().matchAll(/^function (\d+)$/gm)].map((found) => Number(found[1])),
    stop: () => running.stop(),
  };
}
