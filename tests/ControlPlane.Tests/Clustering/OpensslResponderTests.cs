using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>Data planes whose certificates a responder of OpenSSL knows: revoked ones are refused, from the moment it knows of it.</summary>
public sealed class OpensslResponderTests : IDisposable
{
    private const string Target = "/v1/outlet?node_id=0c4f5c1e-93a4-4f5b-8d0b-1b3f4d1c9a01&node_hostname=raw&node_version=3.10.0";

    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-ocsp-");
    private readonly int _port = FreePort.Next();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Peer_IsServed_UntilOpensslSaysThatItsCertificateIsRevoked()
    {
        using var certificate = _authority.Issue("dp", extensions: new X509AuthorityInformationAccessExtension([$"http://127.0.0.1:{_port}/"], null));
        using var stranger = _authority.Issue("unknown", extensions: new X509AuthorityInformationAccessExtension([$"http://127.0.0.1:{_port}/"], null));
        using var own = _authority.Issue("127.0.0.1", ["127.0.0.1"]);
        await using var controlPlane = new TestControlPlane(new ClusterIdentity(new ClusterPair(own, authorities: [_authority.Certificate])) { Mode = ClusterMode.Pki, Ocsp = OcspMode.On });
        await controlPlane.StartAsync();

        await using (await RespondAsync(certificate, revoked: false))
        {
            (await StatusAsync(certificate)).ShouldBe(101, string.Join('\n', controlPlane.Log.Lines));
            (await StatusAsync(stranger)).ShouldBe(0);
            await controlPlane.Log.WaitForAsync("its authority does not know the certificate");
        }

        (await StatusAsync(certificate)).ShouldBe(0);
        await using (await RespondAsync(certificate, revoked: true))
        {
            (await StatusAsync(certificate)).ShouldBe(0);
            await controlPlane.Log.WaitForAsync("its authority revoked the certificate");
        }

        async Task<int> StatusAsync(X509Certificate2 shown)
        {
            await using var peer = await RawPlane.DialAsync(controlPlane.Endpoint, shown);
            return (await peer.UpgradeAsync(Target)).Status;
        }
    }

    private async Task<Responder> RespondAsync(X509Certificate2 certificate, bool revoked)
    {
        var (authority, key, index) = (File("ca.pem"), File("ca.key"), File("index.txt"));
        await System.IO.File.WriteAllTextAsync(authority, _authority.Certificate.ExportCertificatePem());
        using (var secret = _authority.Certificate.GetECDsaPrivateKey()!)
        {
            await System.IO.File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem());
        }

        // One line of an authority's database: state, end, when it was revoked, serial, file, subject.
        await System.IO.File.WriteAllTextAsync(index, string.Join('\t',
            revoked ? "R" : "V", Time(certificate.NotAfter), revoked ? Time(DateTime.UtcNow.AddHours(-1)) : "", SerialOf(certificate), "unknown", "/CN=dp") + "\n");
        var responder = new Responder(["ocsp", "-index", index, "-port", _port.ToString(CultureInfo.InvariantCulture), "-rsigner", authority, "-rkey", key, "-CA", authority, "-ndays", "1"]);
        await responder.Listens.WaitAsync(Wait.Patience);
        return responder;
    }

    private string File(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>OpenSSL's program, until it is disposed of.</summary>
    private sealed class Responder : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Responder(IEnumerable<string> arguments)
        {
            _process = new Process { StartInfo = new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
            _process.OutputDataReceived += (_, e) => Hear(e.Data);
            _process.ErrorDataReceived += (_, e) => Hear(e.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        // It says so; a connection without a request would end it.
        public Task Listens => _listens.Task;

        private void Hear(string? line)
        {
            if (line?.Contains("waiting for OCSP client connections", StringComparison.Ordinal) is true)
            {
                _listens.TrySetResult();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    // As OpenSSL writes numbers: without the byte that only says that they are not negative.
    private static string SerialOf(X509Certificate2 certificate) => certificate.SerialNumber is ['0', '0', .. var rest] ? rest : certificate.SerialNumber;

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("yyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
}
