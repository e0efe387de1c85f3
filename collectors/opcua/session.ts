/** Reads what a session shows: what the server is, how it keeps watch, and what our account could do, without doing it. */
import type { ClientSession, DataValue, ReferenceDescription, UserIdentityInfo } from 'node-opcua-client';
import { Ended } from '../contract/collector.ts';
import { type Channel, endOf, type Run } from './channel.ts';
import { statusOf } from './guard.ts';
import { deviceSet, devicesNamespace, noDevices, nodes, numberIn, textIn } from './nodes.ts';
import type { Answer, Sample } from './raw.ts';

const objectsFolder = 'i=85';
const serverObject = 'ns=0;i=2253';
const roleSet = 'i=15606';
const value = 13;
const userWriteMask = 7;
const userAccessLevel = 18;
const userExecutable = 22;
const objectClass = 1;
const variableClass = 2;
const methodClass = 4;
const mayWrite = 0x02;
const mostVariables = 60;
const mostMethods = 20;
const mostRequests = 10;
const mostPerRead = 50;
const mostPerBrowse = 10;
const mostReferences = 100;

/** Opens a session, runs `body` and closes it, so that the server frees it at once. */
export async function withSession<T>(
  { look, guard }: Run,
  { channel, user }: { channel: Channel; user: UserIdentityInfo },
  body: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const answered = await look.request('opcua.session');
  let session: ClientSession;
  try {
    session = await guard.step('session', channel.client.createSession(user));
  } finally {
    answered();
  }
  try {
    return await body(session);
  } finally {
    await guard.step('closing the session', session.close(true), 2000).catch((error: unknown) => {
      look.note(`the session did not close properly: ${endOf(error, 'close').message}`);
    });
  }
}

export async function readServer(run: Run, session: ClientSession): Promise<void> {
  const { look, raw } = run;
  const ids = Object.values(nodes);
  const askedMs = look.now().getTime();
  const answers = await read(
    run,
    session,
    ids.map((id) => ({ nodeId: `i=${id}`, attributeId: value })),
  );
  raw.clock = { askedMs, answeredMs: look.now().getTime() };
  for (const [index, id] of ids.entries()) {
    const answer = answers[index];
    if (answer !== undefined) raw.values.set(id, answer);
  }
  for (const [name, id] of Object.entries(nodes)) {
    const answer = raw.values.get(id);
    if (answer !== undefined) look.note(`  ${name} = ${'status' in answer ? answer.status : shown(answer.value)}`);
  }
  const maker = textIn(raw.values.get(nodes.manufacturerName));
  if (maker !== undefined) look.identified(maker);
  const state = numberIn(raw.values.get(nodes.state));
  if (state !== undefined && state !== running) look.alarmed(`ServerState is ${serverStates[state] ?? state}`);
  // OU-19: the last sessions of a server belong to those who run the plant.
  const current = numberIn(raw.values.get(nodes.currentSessions));
  const most = numberIn(raw.values.get(nodes.maxSessions));
  if (current !== undefined && most !== undefined && most > 0 && current >= most - 2) {
    throw new Ended('blocked', `${current} of ${most} sessions are taken: we give ours back`);
  }
}

/** The serial number of the one device that the server stands for; of several nobody can say which is meant. */
export async function readDevice(run: Run, session: ClientSession): Promise<void> {
  const { raw, look } = run;
  const listed = raw.values.get(nodes.namespaces);
  if (listed === undefined || 'status' in listed || !Array.isArray(listed.value)) return;
  const namespace = listed.value.indexOf(devicesNamespace);
  if (namespace < 0) {
    raw.devices = { count: 0 };
    return;
  }
  const [folder] = await browse(run, session, [`ns=${namespace};i=${deviceSet}`]);
  if (folder === undefined || 'status' in folder) {
    raw.devices = folder ?? { status: 'no answer' };
    return;
  }
  const devices = folder.references.filter(
    ({ nodeClass, browseName }) => nodeClass === objectClass && !noDevices.includes(browseName.name ?? ''),
  );
  look.note(`devices of the companion model OPC 10000-100: ${devices.length}`);
  const [device] = devices;
  const id = device === undefined ? undefined : idOf(device);
  raw.devices = { count: devices.length };
  if (devices.length !== 1 || id === undefined) return;
  const [parts] = await browse(run, session, [id]);
  const found = (parts === undefined || 'status' in parts ? [] : parts.references).find(
    ({ nodeClass, browseName }) => nodeClass === variableClass && browseName.name === 'SerialNumber',
  );
  const serialId = found === undefined ? undefined : idOf(found);
  if (serialId === undefined) return;
  const [serial] = await read(run, session, [{ nodeId: serialId, attributeId: value }]);
  if (serial !== undefined) raw.devices = { count: 1, serial };
}

/** OPC 10000-5 section 12.6: what a server says of itself. */
const running = 0;
const serverStates: readonly string[] = [
  'Running',
  'Failed',
  'NoConfiguration',
  'Suspended',
  'Shutdown',
  'Test',
  'CommunicationFault',
  'Unknown',
];

export async function readRoles(run: Run, session: ClientSession): Promise<void> {
  const [result] = await browse(run, session, [roleSet]);
  if (result === undefined) return;
  run.raw.roles =
    'status' in result
      ? result
      : {
          names: result.references
            .filter(({ nodeClass }) => nodeClass === objectClass)
            .map(({ browseName }) => browseName.name ?? ''),
        };
  run.look.note(`roles: ${'status' in run.raw.roles ? run.raw.roles.status : run.raw.roles.names.length}`);
}

/** Walks the Objects folder breadth first and asks of each node what we could do with it. */
export async function takeSample(run: Run, session: ClientSession): Promise<void> {
  const sample: Sample = { variables: 0, writable: [], methods: 0, executable: [], found: 0 };
  const { variables, methods } = await findNodes(run, session);
  sample.found = variables.length + methods.length;
  let reads = 0;
  const perRead = Math.min(mostPerRead, positive(numberIn(run.raw.values.get(nodes.maxNodesPerRead))) ?? mostPerRead);
  const writable = new Set<string>();
  const asked = [
    ...variables.map((nodeId) => ({ nodeId, attributeId: userAccessLevel })),
    ...variables.map((nodeId) => ({ nodeId, attributeId: userWriteMask })),
    ...methods.map((nodeId) => ({ nodeId, attributeId: userExecutable })),
  ];
  for (let from = 0; from < asked.length && reads < mostRequests; from += perRead, reads += 1) {
    const part = asked.slice(from, from + perRead);
    const answers = await read(run, session, part);
    for (const [index, { nodeId, attributeId }] of part.entries()) {
      const answer = answers[index];
      if (answer === undefined || 'status' in answer) continue;
      if (attributeId === userAccessLevel && typeof answer.value === 'number') {
        sample.variables += 1;
        if ((answer.value & mayWrite) !== 0) writable.add(nodeId);
      } else if (attributeId === userWriteMask && typeof answer.value === 'number') {
        // Its value, or what it is: either could be changed.
        if (answer.value !== 0) writable.add(nodeId);
      } else if (attributeId === userExecutable && typeof answer.value === 'boolean') {
        sample.methods += 1;
        if (answer.value) sample.executable.push(nodeId);
      }
    }
  }
  sample.writable = [...writable];
  run.raw.sample = sample;
  const namespaces = new Set([...variables, ...methods].map((nodeId) => /^ns=(\d+);/.exec(nodeId)?.[1] ?? '0'));
  run.look.note(
    `sample below Objects, the Server object left out: ${sample.variables} variables, ${sample.methods} methods answered ` +
      `of ${sample.found} found, namespaces ${[...namespaces].sort().join(', ')}`,
  );
  if (sample.writable.length > 0) run.look.note(`  could be written: ${sample.writable.join(', ')}`);
  if (sample.executable.length > 0) run.look.note(`  could be called: ${sample.executable.join(', ')}`);
}

async function findNodes(run: Run, session: ClientSession): Promise<{ variables: string[]; methods: string[] }> {
  const seen = new Set([objectsFolder, serverObject, 'ns=0;i=85']);
  const variables: string[] = [];
  const methods: string[] = [];
  let level = [objectsFolder];
  const perBrowse = Math.min(
    mostPerBrowse,
    positive(numberIn(run.raw.values.get(nodes.maxNodesPerBrowse))) ?? mostPerBrowse,
  );
  for (let requests = 0; level.length > 0 && requests < mostRequests; requests += 1) {
    const part = level.slice(0, perBrowse);
    level = level.slice(perBrowse);
    for (const result of await browse(run, session, part)) {
      for (const reference of 'status' in result ? [] : result.references) {
        const nodeId = idOf(reference);
        if (nodeId === undefined || seen.has(nodeId)) continue;
        seen.add(nodeId);
        if (reference.nodeClass === variableClass && variables.length < mostVariables) variables.push(nodeId);
        else if (reference.nodeClass === methodClass && methods.length < mostMethods) methods.push(nodeId);
        if (reference.nodeClass === objectClass) level.push(nodeId);
      }
    }
    if (variables.length >= mostVariables && methods.length >= mostMethods) break;
  }
  return { variables, methods };
}

async function read(
  { look, guard }: Run,
  session: ClientSession,
  asked: { nodeId: string; attributeId: number }[],
): Promise<Answer[]> {
  const answered = await look.request('opcua.read');
  try {
    return (await guard.step('read', session.read(asked))).map(answerOf);
  } catch (error) {
    const status = statusOf(error);
    // The whole request was refused: that is the answer to each of its parts.
    if (error instanceof Ended || status === undefined) throw error;
    return asked.map(() => ({ status }));
  } finally {
    answered();
  }
}

type Browsed = { readonly references: readonly ReferenceDescription[] } | { readonly status: string };

async function browse({ look, guard }: Run, session: ClientSession, from: readonly string[]): Promise<Browsed[]> {
  const answered = await look.request('opcua.browse');
  session.requestedMaxReferencesPerNode = mostReferences;
  try {
    const results = await guard.step(
      'browse',
      session.browse(
        from.map((nodeId) => ({
          nodeId,
          browseDirection: 0,
          // HierarchicalReferences with subtypes.
          referenceTypeId: 'i=33',
          includeSubtypes: true,
          nodeClassMask: objectClass | variableClass | methodClass,
          resultMask: 63,
        })),
      ),
    );
    return results.map((result) =>
      result.statusCode.isGood() ? { references: result.references ?? [] } : { status: result.statusCode.name },
    );
  } catch (error) {
    const status = statusOf(error);
    if (error instanceof Ended || status === undefined) throw error;
    return from.map(() => ({ status }));
  } finally {
    answered();
  }
}

function answerOf(data: DataValue): Answer {
  if (!data.statusCode.isGood()) return { status: data.statusCode.name };
  return { value: data.value?.value };
}

/** Node ids of this server only; what lives on another one is none of ours. */
function idOf(reference: ReferenceDescription): string | undefined {
  const { nodeId } = reference;
  if (nodeId.serverIndex !== 0 || (nodeId.namespaceUri ?? '') !== '') return undefined;
  return nodeId.toString();
}

function positive(count: number | undefined): number | undefined {
  return count !== undefined && count > 0 ? count : undefined;
}

function shown(of: unknown): string {
  if (of instanceof Date) return of.toISOString();
  return typeof of === 'object' ? '(structure)' : (JSON.stringify(of)?.slice(0, 300) ?? String(of));
}
