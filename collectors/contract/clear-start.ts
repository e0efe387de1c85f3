/** Protocols that begin in clear and go on to TLS when both sides agree, and what a client asks before that. */
export const clearStarts = ['postgresql', 'smtp'] as const;
export type ClearStart = (typeof clearStarts)[number];

/** Requests of one connection, by kind. */
export const startRequests: Readonly<Record<ClearStart, readonly string[]>> = {
  postgresql: ['postgresql.sslRequest'],
  smtp: ['smtp.greeting', 'smtp.ehlo', 'smtp.starttls'],
};
