/** The part of net-snmp that answers requests; the package has no types of its own. */
declare module 'net-snmp' {
  export interface AgentUser {
    name: string;
    level: number;
    authProtocol?: string;
    authKey?: string;
    privProtocol?: string;
    privKey?: string;
  }
  export interface Agent {
    getAuthorizer(): {
      addUser(user: AgentUser): void;
      addCommunity(community: string): void;
      deleteCommunity(community: string): void;
    };
    getMib(): {
      registerProvider(provider: object): void;
      setScalarValue(name: string, value: unknown): void;
      addTableRow(name: string, row: readonly unknown[]): void;
    };
    close(done?: () => void): void;
  }
  export function createAgent(
    options: { port: number; address: string; accessControlModelType: number; engineID?: string },
    done: (error: Error | null) => void,
  ): Agent;
}
