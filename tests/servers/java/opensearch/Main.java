import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node with its data in a folder, until it is killed: arguments are host, HTTP port, transport port and folder. */
public final class Main {
    public static void main(String[] arguments) throws InterruptedException {
        var runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> settings
                .put("network.host", arguments[0])
                .put("http.port", arguments[1])
                .put("transport.port", arguments[2])
                .put("discovery.type", "single-node")
                .putList("discovery.seed_hosts") // the runner names one, which a single node refuses
                .put("cluster.routing.allocation.disk.threshold_enabled", false)); // a full disk would make every index read-only
        runner.build(OpenSearchRunner.newConfigs().numOfNode(1).basePath(arguments[3]).useLogger());
        new CountDownLatch(1).await();
    }
}
