"""The client of SMEV 3, for any address: the real one's or our own bus's. No Django, no database.

    from pathlib import Path
    from mezhved.gost import Certificate, SoftwareSigner, load_private_key, load_provider
    from mezhved.smev3.client import Smev3Client
    from mezhved.smev3.versions import Version

    key = load_private_key(Path("var/demo/keys/DEMO01.key.pem").read_bytes())
    certificate = Certificate.parse(Path("var/demo/keys/DEMO01.cert.pem").read_bytes())
    signer = SoftwareSigner(load_provider(), key, certificate)
    client = Smev3Client("http://127.0.0.1:7500/smev/v1.2/ws", Version.V1_2, signer)
    receipt = client.send_request(Path("request.xml").read_bytes())
    while (received := client.get_response()) is not None:
        Path(f"{received.message_id}.xml").write_bytes(received.raw.body)
        client.ack(received.message_id, accepted=received.smev.acceptable)

What must not be lost when the power fails is made with `prepare_request`, stored, and given to `send` until
there is a receipt: the octets, and so the MessageID, are the same every time.
"""

from mezhved.smev3.client.client import Smev3Client
from mezhved.smev3.client.errors import (
    CancelReceived,
    ClientError,
    InvalidCall,
    RefusedByServer,
    UnusableAnswer,
)
from mezhved.smev3.client.files import DamagedFile, FetchedFile, FileStore, FileStoreError
from mezhved.smev3.client.outgoing import Attachment, RequestOptions, ResponseOptions, with_identifier
from mezhved.smev3.client.results import (
    Acknowledged,
    Outgoing,
    RawAnswer,
    Receipt,
    Received,
    ReceivedAttachment,
    StatusNotice,
)
from mezhved.smev3.client.retry import NO_RETRY, RetryPolicy
from mezhved.smev3.client.routing import RecordDraft, RoutingOutcome, outcomes
from mezhved.smev3.client.transport import (
    HttpAnswer,
    HttpTransport,
    NotConnected,
    Transport,
    TransportError,
)
from mezhved.smev3.client.trust import Judgement, SmevTrust, Standing

__all__ = [
    "NO_RETRY",
    "Acknowledged",
    "Attachment",
    "CancelReceived",
    "ClientError",
    "DamagedFile",
    "FetchedFile",
    "FileStore",
    "FileStoreError",
    "HttpAnswer",
    "HttpTransport",
    "InvalidCall",
    "Judgement",
    "NotConnected",
    "Outgoing",
    "RawAnswer",
    "Receipt",
    "Received",
    "ReceivedAttachment",
    "RecordDraft",
    "RefusedByServer",
    "RequestOptions",
    "ResponseOptions",
    "RetryPolicy",
    "RoutingOutcome",
    "Smev3Client",
    "SmevTrust",
    "Standing",
    "StatusNotice",
    "Transport",
    "TransportError",
    "UnusableAnswer",
    "outcomes",
    "with_identifier",
]
