import { features, gossip } from './generated-messages.ts';

/** A node of a fake cluster, as the others tell of it. */
export interface ToldNode {
  readonly port: number;
  readonly isSilent: boolean;
}

/** The members of a cluster, whom its gossip names. */
export function clusterInfo({
  nodes,
  leader,
}: {
  readonly nodes: readonly ToldNode[];
  readonly leader: ToldNode | undefined;
}) {
  const { VNodeState } = gossip.MemberInfo;
  const info = new gossip.ClusterInfo();
  for (const node of nodes) {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress('127.0.0.1');
    endPoint.setPort(node.port);
    const member = new gossip.MemberInfo();
    member.setState(node === leader ? VNodeState.LEADER : VNodeState.FOLLOWER);
    member.setIsAlive(!node.isSilent);
    member.setHttpEndPoint(endPoint);
    info.addMembers(member);
  }
  return info;
}

/** As of a server of the 23.10 line: it offers the batch append, which the client then takes by default. */
export function supportedMethods() {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('23.10.0.0');
  for (const name of ['batchappend', 'append', 'read']) {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName(name);
    supported.addMethods(method);
  }
  return supported;
}
