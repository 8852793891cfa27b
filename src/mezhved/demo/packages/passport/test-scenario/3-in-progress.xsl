<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/passport/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:PassportRequest">
    <m:RequestStatus xmlns:m="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/1.2">
      <m:StatusCode>1</m:StatusCode>
      <m:StatusParameter>
        <m:Key>этап</m:Key>
        <m:Value>проверка</m:Value>
      </m:StatusParameter>
      <m:StatusDescription>Принято в обработку</m:StatusDescription>
    </m:RequestStatus>
  </xsl:template>
</xsl:stylesheet>
