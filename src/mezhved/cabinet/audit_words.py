"""What the actions of the audit are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Final[Mapping[str, Text]] = {
    "signed_in": Text(ru="вход", en="signed in"),
    "sign_in_failed": Text(ru="неудачный вход", en="failed to sign in"),
    "sign_in_refused": Text(ru="вход закрыт", en="sign-in refused"),
    "sign_in_paused": Text(ru="вход приостановлен", en="sign-in paused"),
    "code_failed": Text(ru="неверный одноразовый код", en="wrong one-time code"),
    "recovery_code_used": Text(ru="вход по запасному коду", en="used a recovery code"),
    "signed_out": Text(ru="выход", en="signed out"),
    "session_ended": Text(ru="сеанс завершён", en="session ended"),
    "sessions_ended": Text(ru="сеансы завершены", en="sessions ended"),
    "password_changed": Text(ru="пароль сменён", en="changed the password"),
    "password_reset": Text(ru="пароль сброшен", en="password reset"),
    "factor_set": Text(ru="второй фактор включён", en="turned the second factor on"),
    "factor_removed": Text(ru="второй фактор выключен", en="turned the second factor off"),
    "factor_reset": Text(ru="второй фактор сброшен", en="second factor reset"),
    "recovery_codes_made": Text(ru="запасные коды получены", en="made recovery codes"),
    "account_added": Text(ru="учётная запись заведена", en="account added"),
    "account_described": Text(ru="учётная запись изменена", en="account changed"),
    "account_disabled": Text(ru="учётная запись выключена", en="account disabled"),
    "account_enabled": Text(ru="учётная запись включена", en="account enabled"),
    "account_locked": Text(ru="учётная запись заблокирована", en="account locked"),
    "account_unlocked": Text(ru="учётная запись разблокирована", en="account unlocked"),
    "role_given": Text(ru="роль дана", en="role given"),
    "role_taken": Text(ru="роль снята", en="role taken away"),
    "refused": Text(ru="попытка открыть недоступное", en="tried what is not allowed"),
    "audit_exported": Text(ru="выгрузка журнала действий", en="exported the audit"),
    "request_cancelled": Text(ru="запрос отозван", en="called the request off"),
    "case_numbered": Text(ru="номер дела изменён", en="changed the number of the case"),
    "batch_brought": Text(ru="файл запросов загружен", en="brought a file of requests"),
    "batch_sent": Text(ru="запросы из файла отправлены", en="sent the requests of a file"),
    "batch_cancelled": Text(ru="запросы из файла отменены", en="called the requests of a file off"),
    "downloaded": Text(ru="скачивание сведений", en="downloaded the data"),
    "figures_exported": Text(ru="выгрузка сводки", en="exported figures"),
    "list_exported": Text(ru="выгрузка списка", en="exported a list"),
    "draft_deleted": Text(ru="неотправленный черновик удалён", en="deleted a draft that was not sent"),
    "work_changed": Text(ru="изменение хода работы над запросом", en="changed the work on a request"),
    "answered": Text(ru="ответ отправлен", en="sent an answer"),
    "rejected": Text(ru="отказ отправлен", en="sent a refusal"),
    "message_signed": Text(ru="сообщение подписано", en="signed a message"),
    "signing_withdrawn": Text(ru="подписание отменено", en="gave signing up"),
    "status_sent": Text(ru="промежуточный статус отправлен", en="sent an interim status"),
    "asked": Text(ru="запрос отправлен", en="sent a request"),
    "viewed": Text(ru="просмотр сведений", en="saw the data"),
    "card_viewed": Text(ru="просмотр карточки", en="saw a card"),
    "cards_searched": Text(ru="поиск карточек", en="searched cards"),
    "card_added": Text(ru="карточка заведена", en="card added"),
    "card_changed": Text(ru="карточка изменена", en="card changed"),
    "card_deleted": Text(ru="карточка удалена", en="card deleted"),
    "dictionary_loaded": Text(ru="справочник загружен", en="loaded a dictionary"),
    "dictionary_deleted": Text(ru="справочник удалён", en="dictionary deleted"),
    "setup_added": Text(ru="настройка: добавлено", en="added to the set-up"),
    "setup_changed": Text(ru="настройка: изменено", en="changed the set-up"),
    "setup_removed": Text(ru="настройка: удалено", en="removed from the set-up"),
    "setup_exported": Text(ru="настройка выгружена", en="wrote the set-up out"),
    "setup_imported": Text(ru="настройка внесена из файла", en="brought the set-up in from a file"),
    "type_uploaded": Text(ru="пакет вида сведений загружен", en="uploaded a type's package"),
    "type_version": Text(ru="версия пакета сохранена", en="kept a version of a package"),
    "type_applied": Text(ru="версия пакета применена", en="applied a version of a package"),
    "type_examples": Text(ru="контрольные примеры выполнены", en="ran control examples"),
    "key_added": Text(ru="ключ добавлен", en="added a key"),
    "key_planned": Text(ru="срок ключа назначен", en="planned a key"),
    "key_retired": Text(ru="ключ выведен", en="retired a key"),
    "check_begun": Text(ru="проверка связи начата", en="began a check of the way"),
    "token_made": Text(ru="токен выдан", en="made a token"),
    "token_revoked": Text(ru="токен отозван", en="revoked a token"),
    "token_right_given": Text(ru="право токену дано", en="gave a token a right"),
    "token_right_taken": Text(ru="право с токена снято", en="took a right from a token"),
    "webhook_again": Text(ru="уведомление отправлено повторно", en="sent a notice again"),
    "journal_seen": Text(ru="просмотр журнала обмена", en="saw the journal of an exchange"),
    "journal_step": Text(ru="просмотр исходного сообщения", en="saw a raw message"),
    "journal_file": Text(ru="скачивание исходного сообщения", en="downloaded a raw message"),
    "job_stopped": Text(ru="работа остановлена", en="stopped a job"),
    "job_file": Text(ru="скачивание файла работы", en="downloaded the file of a job"),
}


def words_of(action: str) -> Text:
    """Return what an action is called; an unknown one by its own name."""
    return ACTIONS.get(action, Text(ru=action, en=action))
