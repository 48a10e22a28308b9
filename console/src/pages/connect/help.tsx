export const connectHelp = {
  title: 'Connect a device',
  content: (
    <>
      <p>A device that reports has a thing in the registry, a certificate that proves who it is, and a policy that says what it may do. This wizard makes all three.</p>
      <h3>Thing</h3>
      <p>Its name is also the client ID that the device connects with, and a part of the topic of its reports.</p>
      <h3>Certificate and private key</h3>
      <p>Both sides of a connection prove who they are: the device with its certificate and key, the server with a certificate of the root CA. The key is shown once, so put it where it belongs now.</p>
      <h3>Policy</h3>
      <p>It lets a device connect as itself, publish its own reports and hear how they were taken, and nothing else. It names no device, so one policy does for all.</p>
      <h3>Report</h3>
      <p>
        A device publishes a report every few minutes: open ports, connections, traffic, and custom metrics. Vedette answers each on a topic that ends with <code>accepted</code> or <code>rejected</code>.
      </p>
    </>
  ),
};
