import type { Answer } from './raw.ts';

/** Nodes of namespace 0, OPC 10000-5 and -6. */
export const nodes = {
  currentSessions: 2277,
  maxSessions: 24_095,
  state: 2259,
  currentTime: 2258,
  startTime: 2257,
  productName: 2261,
  manufacturerName: 2263,
  softwareVersion: 2264,
  buildNumber: 2265,
  buildDate: 2266,
  auditing: 2994,
  diagnosticsEnabled: 2294,
  rejectedSessions: 2279,
  rejectedRequests: 2287,
  hasSecureElement: 23_597,
  passwordLength: 24_302,
  maxNodesPerRead: 11_705,
  maxNodesPerBrowse: 11_710,
  namespaces: 2255,
} as const;

/** Companion model for devices (OPC 10000-100), and the folder of its devices in that namespace. */
export const devicesNamespace = 'http://opcfoundation.org/UA/DI/';
export const deviceSet = 5001;
/** Stands in the folder and is no device: DeviceFeatures. */
export const noDevices: readonly string[] = ['DeviceFeatures'];

export function numberIn(answer: Answer | undefined): number | undefined {
  return answer !== undefined && 'value' in answer && typeof answer.value === 'number' ? answer.value : undefined;
}

export const longestText = 1024;

/** A short text that is not empty. */
export function textIn(answer: Answer | undefined): string | undefined {
  const text = answer !== undefined && 'value' in answer && typeof answer.value === 'string' ? answer.value.trim() : '';
  return text === '' || text.length > longestText ? undefined : text;
}
