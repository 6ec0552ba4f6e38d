package io.gatehouse.milvus.grpc;

import java.util.List;

/** Methods of Milvus' service that belong together. */
interface RpcGroup {

    List<Rpc<?, ?>> rpcs();
}
