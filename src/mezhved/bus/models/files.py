"""Tables of the file store: what lies in senders' areas, what messages carry, who may fetch it.

Contents lie in `mezhved.service.blobs` under `key`; names are kept here and never become paths.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class UploadFolder(models.Model):
    """A directory in a sender's area, named by a UUID; `area` is the system's id, 0 the anonymous one."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    area: models.BigIntegerField[int, int] = models.BigIntegerField()
    name: models.TextField[str, str] = models.TextField()
    created_at: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """One of a name."""

        db_table = "bus_upload_folder"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "name"], name="bus_upload_folder_name"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="bus_upload_folder_age")]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file in a sender's area; until `complete` its octets lie in the spool of the node that took them.

    `digest` is `<identifier of the hash function>:<hexadecimal>` where it was computed on the
    way, else empty.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    area: models.BigIntegerField[int, int] = models.BigIntegerField()
    folder: models.TextField[str, str] = models.TextField()
    name: models.TextField[str, str] = models.TextField()
    key: models.TextField[str, str] = models.TextField()
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    complete: models.BooleanField[bool, bool] = models.BooleanField()
    digest: models.TextField[str, str] = models.TextField()
    changed_at: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """One of a name in a directory."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "folder", "name"], name="bus_upload_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key"], name="bus_upload_key"),
            models.Index(fields=["changed_at"], name="bus_upload_age"),
        ]

    def __str__(self) -> str:
        return self.key


class StoredFile(models.Model):
    """A file that a message carries; kept once however many recipients the message has."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message_key: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16)
    position: models.IntegerField[int, int] = models.IntegerField()
    uuid: models.TextField[str, str] = models.TextField()
    name: models.TextField[str, str] = models.TextField()
    key: models.TextField[str, str] = models.TextField()
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    digest: models.TextField[str, str] = models.TextField()
    taken_at: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """One per place in its message."""

        db_table = "bus_file"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_key", "position"], name="bus_file_place"),
        ]
        indexes: ClassVar = [models.Index(fields=["key"], name="bus_file_key")]

    def __str__(self) -> str:
        return self.key


class FileHold(models.Model):
    """How many octets of files a message brings to one recipient: what its quota counts."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message_key: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    type_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    octets: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """One per message and recipient."""

        db_table = "bus_file_hold"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_key", "owner"], name="bus_file_hold_place"),
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "type_id"], name="bus_file_hold_quota")]

    def __str__(self) -> str:
        return f"{self.owner} {self.octets}"


class FileLogin(models.Model):
    """A one-time login to one file, made when its message is handed out; `secret` is SHA-256 of its password.

    It counts while its owner has the message and has not acknowledged it.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    username: models.TextField[str, str] = models.TextField(unique=True)
    secret: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=32)
    message_key: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16)
    position: models.IntegerField[int, int] = models.IntegerField()
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    created_at: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """Found by name, deleted by message."""

        db_table = "bus_file_login"
        indexes: ClassVar = [models.Index(fields=["message_key"], name="bus_file_login_message")]

    def __str__(self) -> str:
        return str(self.pk)
