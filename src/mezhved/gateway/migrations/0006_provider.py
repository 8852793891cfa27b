from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mezhved.gateway.models.checks
import mezhved.gateway.models.terms


class Migration(migrations.Migration):
    dependencies = [("gateway", "0005_files"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="AnswerService",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[mezhved.gateway.models.checks.check_code],
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        max_length=500, validators=[django.core.validators.URLValidator(["http", "https"])]
                    ),
                ),
                (
                    "form",
                    models.CharField(choices=[("xml", "Xml"), ("json", "Json")], default="xml", max_length=8),
                ),
                ("secret", models.CharField(blank=True, default="", max_length=200)),
                (
                    "timeout_seconds",
                    models.PositiveIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(600),
                        ],
                    ),
                ),
                (
                    "attempts",
                    models.PositiveIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("authorities", models.TextField(blank=True, default="")),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "gateway_answer_service",
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("working", "working"), ("shortened", "shortened"), ("off", "off")],
                        max_length=16,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "db_table": "gateway_calendar_day",
            },
        ),
        migrations.CreateModel(
            name="Handling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("routed", "Routed"),
                            ("assigned", "Assigned"),
                            ("taken", "Taken"),
                            ("returned", "Returned"),
                            ("noted", "Noted"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("term", "Term"),
                            ("failed", "Failed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("actor", models.CharField(blank=True, default="", max_length=150)),
                ("executor", models.CharField(blank=True, default="", max_length=150)),
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "gateway_handling",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("address", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("plain", models.TextField()),
                ("html", models.TextField(blank=True, default="")),
                ("message_id", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("send_after", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease_owner", models.CharField(blank=True, default="", max_length=64)),
                ("leased_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "db_table": "gateway_mail",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                (
                    "email",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=254,
                        validators=[django.core.validators.EmailValidator()],
                    ),
                ),
                ("is_head", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "gateway_person",
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("near", "Near"), ("over", "Over")], max_length=8)),
                ("level", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "gateway_reminder",
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[mezhved.gateway.models.checks.check_code],
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                ("title", models.CharField(blank=True, default="", max_length=500)),
                (
                    "senders",
                    models.JSONField(
                        blank=True, default=list, validators=[mezhved.gateway.models.checks.check_texts]
                    ),
                ),
                ("xpath", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "namespaces",
                    models.JSONField(
                        blank=True, default=dict, validators=[mezhved.gateway.models.checks.check_names]
                    ),
                ),
                (
                    "values",
                    models.JSONField(
                        blank=True, default=list, validators=[mezhved.gateway.models.checks.check_texts]
                    ),
                ),
                (
                    "days",
                    models.CharField(
                        blank=True,
                        choices=[("", "Any"), ("working", "Working"), ("off", "Off")],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "weekdays",
                    models.JSONField(
                        blank=True, default=list, validators=[mezhved.gateway.models.checks.check_weekdays]
                    ),
                ),
                (
                    "from_hour",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=5,
                        validators=[mezhved.gateway.models.checks.check_hour],
                    ),
                ),
                (
                    "to_hour",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=5,
                        validators=[mezhved.gateway.models.checks.check_hour],
                    ),
                ),
                ("is_test", models.BooleanField(blank=True, null=True)),
                ("executor", models.CharField(blank=True, default="", max_length=150)),
                (
                    "way",
                    models.CharField(
                        choices=[("person", "Person"), ("call", "Call"), ("scenario", "Scenario")],
                        default="person",
                        max_length=16,
                    ),
                ),
                ("anywhere", models.BooleanField(default=False)),
                (
                    "term",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=16,
                        validators=[mezhved.gateway.models.terms.check_span],
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "gateway_rule",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "term",
                    models.CharField(
                        default="5wd", max_length=16, validators=[mezhved.gateway.models.terms.check_span]
                    ),
                ),
                (
                    "remind_before",
                    models.JSONField(
                        blank=True, default=list, validators=[mezhved.gateway.models.terms.check_spans]
                    ),
                ),
                (
                    "escalate_after",
                    models.JSONField(
                        blank=True, default=list, validators=[mezhved.gateway.models.terms.check_spans]
                    ),
                ),
            ],
            options={
                "db_table": "gateway_term",
            },
        ),
        migrations.AddField(
            model_name="exchange",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="exchange",
            name="executor",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="exchange",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exchange",
            name="routing",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="exchange",
            name="term",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.CreateModel(
            name="AutoAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("person", "Person"), ("call", "Call"), ("scenario", "Scenario")],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("later", "Later"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("run_after", models.DateTimeField(null=True)),
                ("lease_owner", models.CharField(blank=True, default="", max_length=64)),
                ("leased_until", models.DateTimeField(null=True)),
                ("problem", models.JSONField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "exchange",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auto_answer",
                        to="gateway.exchange",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="gateway.answerservice",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_auto_answer",
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[mezhved.gateway.models.checks.check_code],
                    ),
                ),
                ("name", models.CharField(max_length=500)),
                (
                    "email",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=254,
                        validators=[django.core.validators.EmailValidator()],
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Moscow",
                        max_length=64,
                        validators=[mezhved.gateway.models.checks.check_zone],
                    ),
                ),
                (
                    "opens",
                    models.CharField(
                        default="09:00", max_length=5, validators=[mezhved.gateway.models.checks.check_hour]
                    ),
                ),
                (
                    "closes",
                    models.CharField(
                        default="18:00", max_length=5, validators=[mezhved.gateway.models.checks.check_hour]
                    ),
                ),
                ("is_default", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="gateway.department",
                    ),
                ),
                (
                    "systems",
                    models.ManyToManyField(
                        blank=True,
                        db_table="gateway_department_system",
                        related_name="departments",
                        to="gateway.informationsystem",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_department",
            },
        ),
        migrations.AddField(
            model_name="exchange",
            name="department",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="exchanges",
                to="gateway.department",
            ),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(fields=["department", "state"], name="gateway_exchange_work"),
        ),
        migrations.AddField(
            model_name="handling",
            name="department",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="gateway.department",
            ),
        ),
        migrations.AddField(
            model_name="handling",
            name="exchange",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="handlings", to="gateway.exchange"
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("send_after__isnull", False)),
                fields=["send_after"],
                name="gateway_mail_to_send",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="people", to="gateway.department"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="exchange",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="gateway.exchange"
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="gateway.department",
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="gateway.answerservice",
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="system",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="gateway.informationsystem",
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="gateway.informationtype",
            ),
        ),
        migrations.AddField(
            model_name="autoanswer",
            name="rule",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="gateway.rule"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="terms",
                to="gateway.department",
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="terms",
                to="gateway.informationtype",
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("is_default",),
                name="gateway_department_default_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("department", "name"), name="gateway_person_once"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["at"], name="gateway_reminder_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("exchange", "kind", "level"), name="gateway_reminder_once"
            ),
        ),
        migrations.AddIndex(
            model_name="autoanswer",
            index=models.Index(
                condition=models.Q(("run_after__isnull", False)),
                fields=["run_after"],
                name="gateway_auto_answer_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(("department__isnull", False), ("type__isnull", False)),
                fields=("type", "department"),
                name="gateway_term_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(("department__isnull", True), ("type__isnull", False)),
                fields=("type",),
                name="gateway_term_type_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(("type__isnull", True), ("department__isnull", False)),
                fields=("department",),
                name="gateway_term_department_once",
            ),
        ),
    ]
