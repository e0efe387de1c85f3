/** Looks at a broker, or at its configuration. What connects is loaded only for a broker. */
import type { Collector } from '../contract/collector.ts';
import { readDocument } from './document.ts';
import { readMqtt } from './facts.ts';
import { type MqttOptions, mqttManifest } from './manifest.ts';
import { emptyRaw, type MqttRaw } from './raw.ts';

export const mqttCollector: Collector<MqttOptions, MqttRaw> = {
  manifest: mqttManifest,
  begin: emptyRaw,
  async collect(look, raw) {
    if (look.target.scheme === 'file') return readDocument(look, raw);
    const { askBroker } = await import('./broker.ts');
    return askBroker(look, raw);
  },
  read: readMqtt,
};
