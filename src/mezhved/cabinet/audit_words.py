"""What the actions of the audit are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Final[Mapping[str, Text]] = {
    "signed_in": Text(ru="вошёл", en="signed in"),
    "sign_in_failed": Text(ru="неудачный вход", en="failed to sign in"),
    "sign_in_refused": Text(ru="вход закрыт", en="sign-in refused"),
    "sign_in_paused": Text(ru="вход приостановлен", en="sign-in paused"),
    "code_failed": Text(ru="неверный одноразовый код", en="wrong one-time code"),
    "recovery_code_used": Text(ru="вошёл по запасному коду", en="used a recovery code"),
    "signed_out": Text(ru="вышел", en="signed out"),
    "session_ended": Text(ru="сеанс завершён", en="session ended"),
    "sessions_ended": Text(ru="сеансы завершены", en="sessions ended"),
    "password_changed": Text(ru="сменил пароль", en="changed the password"),
    "password_reset": Text(ru="пароль сброшен", en="password reset"),
    "factor_set": Text(ru="включил второй фактор", en="turned the second factor on"),
    "factor_removed": Text(ru="выключил второй фактор", en="turned the second factor off"),
    "factor_reset": Text(ru="второй фактор сброшен", en="second factor reset"),
    "recovery_codes_made": Text(ru="получил запасные коды", en="made recovery codes"),
    "account_added": Text(ru="учётная запись заведена", en="account added"),
    "account_described": Text(ru="учётная запись изменена", en="account changed"),
    "account_disabled": Text(ru="учётная запись выключена", en="account disabled"),
    "account_enabled": Text(ru="учётная запись включена", en="account enabled"),
    "account_locked": Text(ru="учётная запись заблокирована", en="account locked"),
    "account_unlocked": Text(ru="учётная запись разблокирована", en="account unlocked"),
    "role_given": Text(ru="роль дана", en="role given"),
    "role_taken": Text(ru="роль снята", en="role taken away"),
    "refused": Text(ru="попытка открыть недоступное", en="tried what is not allowed"),
    "audit_exported": Text(ru="выгрузил журнал", en="exported the audit"),
    "request_cancelled": Text(ru="отозвал запрос", en="called the request off"),
    "batch_brought": Text(ru="загрузил файл запросов", en="brought a file of requests"),
    "batch_sent": Text(ru="отправил запросы из файла", en="sent the requests of a file"),
    "batch_cancelled": Text(ru="отменил запросы из файла", en="called the requests of a file off"),
    "downloaded": Text(ru="скачал сведения", en="downloaded the data"),
    "figures_exported": Text(ru="выгрузил сводку", en="exported figures"),
    "list_exported": Text(ru="выгрузил список", en="exported a list"),
    "draft_deleted": Text(ru="удалил неотправленный черновик", en="deleted a draft that was not sent"),
    "work_changed": Text(ru="изменил ход работы над запросом", en="changed the work on a request"),
    "answered": Text(ru="отправил ответ", en="sent an answer"),
    "rejected": Text(ru="отправил отказ", en="sent a refusal"),
    "message_signed": Text(ru="подписал сообщение", en="signed a message"),
    "signing_withdrawn": Text(ru="отказался подписывать", en="gave signing up"),
    "status_sent": Text(ru="отправил промежуточный статус", en="sent an interim status"),
    "asked": Text(ru="отправил запрос", en="sent a request"),
    "viewed": Text(ru="смотрел сведения", en="saw the data"),
    "card_viewed": Text(ru="смотрел карточку", en="saw a card"),
    "cards_searched": Text(ru="искал карточки", en="searched cards"),
    "card_added": Text(ru="карточка заведена", en="card added"),
    "card_changed": Text(ru="карточка изменена", en="card changed"),
    "card_deleted": Text(ru="карточка удалена", en="card deleted"),
    "dictionary_loaded": Text(ru="загрузил справочник", en="loaded a dictionary"),
    "dictionary_deleted": Text(ru="справочник удалён", en="dictionary deleted"),
    "setup_added": Text(ru="добавил в настройку", en="added to the set-up"),
    "setup_changed": Text(ru="изменил настройку", en="changed the set-up"),
    "setup_removed": Text(ru="удалил из настройки", en="removed from the set-up"),
    "setup_exported": Text(ru="выгрузил настройку", en="wrote the set-up out"),
    "setup_imported": Text(ru="внёс настройку из файла", en="brought the set-up in from a file"),
    "type_uploaded": Text(ru="загрузил пакет вида сведений", en="uploaded a type's package"),
    "type_version": Text(ru="сохранил версию пакета", en="kept a version of a package"),
    "type_applied": Text(ru="применил версию пакета", en="applied a version of a package"),
    "type_examples": Text(ru="выполнил контрольные примеры", en="ran control examples"),
    "key_added": Text(ru="добавил ключ", en="added a key"),
    "key_planned": Text(ru="назначил срок ключа", en="planned a key"),
    "key_retired": Text(ru="вывел ключ", en="retired a key"),
    "check_begun": Text(ru="начал проверку связи", en="began a check of the way"),
    "token_made": Text(ru="выдал токен", en="made a token"),
    "token_revoked": Text(ru="отозвал токен", en="revoked a token"),
    "token_right_given": Text(ru="дал право токену", en="gave a token a right"),
    "token_right_taken": Text(ru="снял право с токена", en="took a right from a token"),
    "webhook_again": Text(ru="повторил уведомление", en="sent a notice again"),
    "journal_seen": Text(ru="смотрел журнал обмена", en="saw the journal of an exchange"),
    "journal_step": Text(ru="смотрел сырое сообщение", en="saw a raw message"),
    "journal_file": Text(ru="скачал сырое сообщение", en="downloaded a raw message"),
    "job_stopped": Text(ru="остановил работу", en="stopped a job"),
    "job_file": Text(ru="скачал файл работы", en="downloaded the file of a job"),
}


def words_of(action: str) -> Text:
    """Return what an action is called; an unknown one by its own name."""
    return ACTIONS.get(action, Text(ru=action, en=action))
