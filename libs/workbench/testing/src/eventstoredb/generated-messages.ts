// The client's generated code is CommonJS whose names Node's ESM cannot see: they come by the default export.
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

export { features, gossip, shared, status, streams };
export type * as streamsTypes from '@eventstore/db-client/generated/streams_pb.js';
export type * as sharedTypes from '@eventstore/db-client/generated/shared_pb.js';
